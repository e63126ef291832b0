import { jest } from '@jest/globals';
import {
  bed,
  bedForEachTest,
  countInBoth,
  pupils,
} from '../../test/bed-of-each-test.test-support.js';
import { aPupil, type APerson } from '../../test/people.test-support.js';
import { callerOf } from '#libs/testing';
import { activate } from '../../../../test/simulators/open-ent-ng/graph/users.js';

jest.setTimeout(180_000);

describe('work at the ENT', () => {
  bedForEachTest();

  const uai = '0440001A';

  test('PRV-4: opens a school’s accounts, each once, with school and class made once and families linked', async () => {
    await bed.aMembership('m1', { ordered: 100, uais: [uai] });
    const children = pupils(uai, 40);
    const relatives: APerson[] = children.map((child, index) => ({
      ...aPupil(1000 + index, { uai }),
      profile: 'RELATIVE',
      classLabel: '',
      birthDate: '',
      childIds: [child.personId, children[(index + 1) % 40]!.personId],
    }));
    await bed.import([...children, ...relatives], { on: '2022-09-05' });
    bed.run();
    await bed.untilQuiet();
    const links = [...bed.ent.graph.users.values()].reduce(
      (sum, { relativeIds }) => sum + relativeIds.length,
      0,
    );
    expect([
      await bed.states(),
      await countInBoth(),
      bed.ent.graph.structures.size,
      bed.ent.graph.classes.size,
      links,
    ]).toEqual([{ PROVISIONED: 80 }, 80, 1, 2, 80]);
    // Nothing is asked that is known: one call for each user, one for each link. Of the creations, one at a time, the ENT
    // refuses one in 32.
    expect(Object.fromEntries(bed.ent.calls)).toEqual({
      ...{ login: 1, 'list-structures': 1, 'create-school': 1 },
      ...{ 'list-classes': 2, 'create-class': 2 },
      ...{ 'create-user': 82, relate: 80 },
    });
  });

  test('PRV-4: creations that Neo4j gives up again and again wait, and nobody ends FAILED', async () => {
    await bed.aMembership('m1', { ordered: 12, uais: [uai] });
    const answer = [{ code: 'Neo.TransientError.Transaction.DeadlockDetected' }];
    const calls = 'POST /directory/class/.*/user';
    bed.ent.faults.set([{ mode: 'odd-json', calls, status: 400, answer, share: 0.7 }]);
    await bed.import(pupils(uai, 12), { on: '2022-09-05' });
    bed.run();
    await bed.until('half are made', () => bed.ent.graph.users.size > 6, 60_000);
    bed.ent.faults.set([]);
    await bed.untilQuiet(60_000);
    expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 12 }, 12]);
    expect(await bed.rows("select from account_transition where to_state = 'FAILED'")).toEqual([]);
  });

  test('PRV-4: recognises what was done though no answer came, and creates nobody twice', async () => {
    bed.ent.faults.set([
      {
        mode: 'timeout-after-success',
        calls: 'POST /directory/class/.*/user',
        share: 0.3,
        waitMs: 2_000,
      },
      { mode: 'error-503', calls: 'POST /directory/class/.*/user', share: 0.2, remaining: 60 },
      { mode: 'disconnect', calls: 'POST /directory/class/.*/user', share: 0.2, remaining: 60 },
    ]);
    await bed.aMembership('m1', { ordered: 20, uais: [uai] });
    await bed.import(pupils(uai, 20), { on: '2022-09-05' });
    bed.run({ timeoutMs: 300 });
    await bed.untilQuiet(60_000);
    expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 20 }, 20]);
  });

  test('PRV-4: an import at the ENT holds up every change, answers 400 and does it later: nobody twice, and all where they are by then', async () => {
    await bed.aMembership('m1', { ordered: 20, uais: [uai] });
    const children = pupils(uai, 20);
    const relatives: APerson[] = children.map(({ personId }, index) => ({
      ...aPupil(1000 + index, { uai }),
      ...{ profile: 'RELATIVE', classLabel: '', birthDate: '', childIds: [personId] },
    }));
    const inCm2 = { ...children[0]!, classLabel: 'CM2' };
    await bed.import([inCm2, ...children.slice(1), ...relatives], { on: '2022-09-05' });
    bed.ent.importer.answerAfterMs = 100;
    bed.ent.importer.begin(600_000);
    bed.run();
    const asked = (...names: string[]) =>
      names.reduce((sum, name) => sum + (bed.ent.calls.get(name) ?? 0), 0);
    await bed.until('the school was asked for', () => asked('create-school') > 1);
    bed.ent.importer.end();
    // Pupils first, in two classes; the third is where guardians are made.
    await bed.until('guardians begin', () => bed.ent.graph.classes.size === 3);
    bed.ent.importer.begin(600_000);
    const movers = children.map((one) => ({ ...one, classLabel: 'CM2', revision: 2 }));
    await bed.import(movers, { on: '2022-09-05', schools: [{ uai, ended: 0, changed: 20 }] });
    const changes = ['create-user', 'link-class', 'relate'];
    const before = asked(...changes);
    await bed.until('they were tried', () => asked(...changes) > before + 20);
    bed.ent.importer.end();
    await bed.untilQuiet();
    const users = [...bed.ent.graph.users.values()];
    const classNames = (ids: readonly string[]) =>
      ids.map((id) => bed.ent.graph.classes.get(id)?.name).sort();
    const places = users.map(({ type, classIds }) => `${type} ${classNames(classIds).join()}`);
    expect([await bed.states(), await countInBoth(), bed.ent.graph.structures.size]).toEqual([
      { PROVISIONED: 40 },
      40,
      1,
    ]);
    expect([...new Set(places)].sort()).toEqual(['Relative CM2,Familles', 'Student CM2']);
    expect(new Set(users.flatMap(({ relativeIds }) => relativeIds)).size).toBe(20);
  });

  test('PRV-4: logs in again when the session has ended', async () => {
    await bed.aMembership('m1', { ordered: 2, uais: [uai] });
    await bed.import(pupils(uai, 1), { on: '2022-09-05' });
    bed.run();
    await bed.untilQuiet();
    bed.ent.sessions.expireAll();
    await bed.import([aPupil(2, { uai })], { on: '2022-09-05' });
    await bed.untilQuiet();
    expect(await bed.states()).toEqual({ PROVISIONED: 2 });
  });
});

describe('blocks', () => {
  bedForEachTest();

  const uai = '0440001A';

  test('PRV-7, PRV-3: a lost seat blocks in the ENT and deletes nothing; a new seat lets in again, same login', async () => {
    await bed.aMembership('m1', { ordered: 2, uais: [uai] });
    await bed.import(pupils(uai, 2), { on: '2022-09-05' });
    await bed.order('m1', -1, '2022-09-06');
    bed.run();
    await bed.untilQuiet();
    const login = bed.ent.graph.users.values().next().value?.login;
    await bed.begin('2022-09-06');
    await bed.untilQuiet();
    const blocked = [...bed.ent.graph.users.values()].filter((user) => user.blocked);
    expect([await bed.states(), blocked.length, bed.ent.graph.users.size]).toEqual([
      { PROVISIONED: 1, WAITING_SEAT: 1 },
      1,
      2,
    ]);
    await bed.order('m1', 1, '2022-09-06');
    await bed.untilQuiet();
    expect([
      await bed.states(),
      [...bed.ent.graph.users.values()].filter((user) => user.blocked).length,
      bed.ent.graph.users.values().next().value?.login,
    ]).toEqual([{ PROVISIONED: 2 }, 0, login]);
  });

  test('PRV-3: an answer that comes after the account went out of scope is recorded, then undone at the end of the grace', async () => {
    await bed.aMembership('m1', { ordered: 2, uais: [uai] });
    // Whom school and class are made for, so that the next call is the one that waits.
    await bed.import([aPupil(2, { uai })], { on: '2022-09-05' });
    bed.run({ timeoutMs: 60_000 });
    await bed.untilQuiet();
    bed.ent.throttle.set({ perSecond: 0, latencyMs: 60_000 });
    await bed.import([aPupil(1, { uai })], { on: '2022-09-05' });
    await bed.until('the call is under way', () => (bed.ent.calls.get('create-user') ?? 0) > 1);
    await bed.import([aPupil(1, { uai, endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
    await bed.until('it went out of scope', async () => (await bed.states())['CLOSING'] === 1);
    bed.ent.throttle.set({ perSecond: 0, latencyMs: 0 });
    await bed.untilQuiet();
    const blocked = [...bed.ent.graph.users.values()].map((user) => user.blocked);
    expect([await bed.states(), blocked, await countInBoth()]).toEqual([
      { CLOSING: 1, PROVISIONED: 1 },
      [false, true],
      2,
    ]);
    await bed.begin('2022-11-10');
    await bed.untilQuiet();
    expect([
      await bed.states(),
      bed.ent.graph.users.size,
      await bed.historyOf(aPupil(1, { uai }).personId),
    ]).toEqual([
      { DELETED: 1, PROVISIONED: 1 },
      1,
      [
        'REQUESTED 2022-09-05 IMPORT',
        'PROVISIONING 2022-09-05 IMPORT',
        'CLOSING 2022-09-05 IMPORT',
        'DELETED 2022-11-04 DAY',
      ],
    ]);
    expect(await bed.rows("select login from account where state = 'DELETED'")).toEqual([
      { login: null },
    ]);
  });

  test('PRV-3: back within the grace period, the account opens again as it was', async () => {
    await bed.aMembership('m1', { ordered: 1, uais: [uai] });
    await bed.import(pupils(uai, 1), { on: '2022-09-05' });
    bed.run();
    await bed.untilQuiet();
    await bed.import([aPupil(1, { uai, endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
    await bed.untilQuiet();
    expect(await bed.states()).toEqual({ CLOSING: 1 });
    await bed.begin('2022-09-20');
    await bed.import([aPupil(1, { uai, startsOn: '2022-09-20', revision: 3 })], {
      on: '2022-09-20',
    });
    await bed.untilQuiet();
    expect([
      await bed.states(),
      [...bed.ent.graph.users.values()].map((user) => user.blocked),
    ]).toEqual([{ PROVISIONED: 1 }, [false]]);
  });
});

describe('answers that are none', () => {
  bedForEachTest();

  const uai = '0440001A';
  const falseAnswers = ['page-200', 'error-200', 'redirect-302'] as const;

  async function aPupilInTheEnt(): Promise<string> {
    await bed.aMembership('m1', { ordered: 1, uais: [uai] });
    await bed.import(pupils(uai, 1), { on: '2022-09-05' });
    bed.run();
    await bed.untilQuiet();
    const [row] = await bed.rows<{ account_id: string }>('select account_id from account');
    return row!.account_id;
  }
  const inEnt = () => [...bed.ent.graph.users.values()].map(({ blocked }) => ({ blocked }));
  const books = () => bed.rows('select ent_blocked, ent_removed from account');
  const told = (call: string) => async () => {
    const [task] = await bed.rows<{ attempts: number }>(
      // A fault counts as the account's own only while others are served: what was asked again was answered before.
      "select attempts from ent_task where refused_code <> '' or attempts > 1",
    );
    return task !== undefined && (bed.ent.calls.get(call) ?? 0) > 0;
  };

  test.each(falseAnswers)(
    'PRV-5: a safety suspension answered %s is not in force, in our books either, until the ENT does it',
    async (mode) => {
      const accountId = await aPupilInTheEnt();
      bed.ent.faults.set([{ mode, calls: 'PUT /auth/block/.*' }]);
      await bed.decide.execute({
        accountId,
        decision: 'SUSPEND',
        reason: 'SECURITE SUP-42',
        idempotencyKey: 'k-1',
        caller: callerOf({ roles: ['support-2'] }),
      });
      await bed.until('the ENT was asked', told('block'));
      expect([inEnt(), await books()]).toEqual([
        [{ blocked: false }],
        [{ ent_blocked: false, ent_removed: false }],
      ]);
      bed.ent.faults.set([]);
      await bed.begin('2022-09-06');
      await bed.untilQuiet();
      expect([inEnt(), await books()]).toEqual([
        [{ blocked: true }],
        [{ ent_blocked: true, ent_removed: false }],
      ]);
    },
  );

  test.each(falseAnswers)(
    'PRV-5, SUP-4: an erasure answered %s is not one, and is asked again until it is done',
    async (mode) => {
      await aPupilInTheEnt();
      await bed.import([aPupil(1, { uai, endsOn: '2022-09-05', revision: 2 })], {
        on: '2022-09-05',
      });
      await bed.untilQuiet();
      bed.ent.faults.set([{ mode, calls: 'DELETE /directory/user.*' }]);
      await bed.begin('2022-11-10');
      await bed.until('the ENT was asked', told('delete-user'));
      expect([inEnt(), await books()]).toEqual([
        [{ blocked: true }],
        [{ ent_blocked: true, ent_removed: false }],
      ]);
      bed.ent.faults.set([]);
      await bed.begin('2022-11-11');
      await bed.untilQuiet();
      expect([inEnt(), await books()]).toEqual([[], [{ ent_blocked: true, ent_removed: true }]]);
    },
  );

  test.each(['', '1', 'date'])(
    'PRV-4: an ENT that says "too many" (Retry-After: "%s") has its pause, and nobody is given up for it',
    async (retryAfter) => {
      await bed.aMembership('m1', { ordered: 20, uais: [uai] });
      await bed.import(pupils(uai, 20), { on: '2022-09-05' });
      await bed.settleAccounts();
      // Each has met so many faults of its own that one more, while others are served, gives it up.
      await bed.rows('update ent_task set faults = 100');
      const date = new Date(Date.now() + 3_000).toUTCString();
      bed.ent.faults.set([
        {
          mode: 'throttled-429',
          calls: 'POST /directory/class/.*/user',
          share: 0.5,
          // Each costs a pause of its own, since creations come one at a time.
          remaining: 2,
          retryAfter: retryAfter === 'date' ? date : retryAfter,
        },
      ]);
      bed.run();
      await bed.untilQuiet();
      expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 20 }, 20]);
    },
  );

  test('PRV-4: while the ENT wants a pause nobody calls it, and the service can be stopped', async () => {
    await bed.aMembership('m1', { ordered: 60, uais: [uai] });
    await bed.import(pupils(uai, 60), { on: '2022-09-05' });
    bed.ent.faults.set([{ mode: 'throttled-429', retryAfter: '600' }]);
    bed.run();
    await bed.until('somebody was told', () => bed.ent.calls.size > 0);
    await bed.until('it is in the books', async () => {
      const [row] = await bed.rows<{ n: bigint }>(
        "select count(*) as n from ent_task where not_before > now() + interval '5 minutes'",
      );
      return Number(row!.n) > 0;
    });
    bed.ent.faults.set([]);
    expect(await bed.states()).toEqual({ PROVISIONING: 60 });
    expect([...bed.ent.calls.keys()]).toEqual(['login']);
    await bed.halt();
  });
});

describe('first uses', () => {
  bedForEachTest();

  const uai = '0440001A';

  test('AUT-1: a first use is seen the next day, once, and a pupil’s new class is followed', async () => {
    await bed.aMembership('m1', { ordered: 3, uais: [uai] });
    await bed.import(pupils(uai, 3), { on: '2022-09-05' });
    bed.run();
    await bed.untilQuiet();
    const [user] = bed.ent.graph.users.values();
    activate(bed.ent.graph, user!.login, user!.activationCode!, 'mot-de-passe');
    await bed.begin('2022-09-06');
    await bed.untilQuiet();
    expect(await bed.states()).toEqual({ PROVISIONED: 2, ACTIVATED: 1 });
    await bed.import([aPupil(2, { uai, classLabel: 'CM1', revision: 2 })], { on: '2022-09-06' });
    await bed.untilQuiet();
    const classes = [...bed.ent.graph.users.values()]
      .filter(({ firstName }) => firstName === 'Prenom2')
      .flatMap(({ classIds }) => classIds.map((id) => bed.ent.graph.classes.get(id)?.name));
    expect(classes).toEqual(['CM1']);
  });
});
