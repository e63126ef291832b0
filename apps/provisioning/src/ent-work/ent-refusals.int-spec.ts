import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { registry } from '#libs/observability';
import { toAccount } from '../accounts/accounts.dto.js';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { type APerson, aPupil } from '../../test/people.test-support.js';
import { callerOf } from '#libs/testing';
import { feed } from '../../../../test/simulators/open-ent-ng/graph/feed.js';
import { activate } from '../../../../test/simulators/open-ent-ng/graph/users.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';

test('PRV-4: what can never succeed is FAILED with its reason, keeps its seat, and the others go on', async () => {
  await bed.aMembership('m1', { ordered: 10, uais: [uai] });
  await bed.import([aPupil(1, { uai, birthDate: '' }), aPupil(2, { uai })], { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  expect([
    await bed.states(),
    await bed.rows("select failure_code, holds_seat from account where state = 'FAILED'"),
  ]).toEqual([
    { PROVISIONED: 1, FAILED: 1 },
    [{ failure_code: 'ENT_BIRTH_DATE_MISSING', holds_seat: true }],
  ]);
  await bed.import([aPupil(1, { uai, revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  expect(await bed.states()).toEqual({ PROVISIONED: 2 });
});

/** What level 3 reads of the only account. */
async function causeForLevel3(): Promise<string | undefined> {
  const [row] = await bed.rows<{ account_id: string }>('select account_id from account');
  const level3 = callerOf({ roles: ['support-3'] });
  return toAccount(await bed.look.one(row!.account_id, level3), level3).failureCode;
}
const refusedTasks = () =>
  bed.rows('select refused_code, not_before > now() as later, attempts > 0 as tried from ent_task');

test('SUP-1, PRV-4: of a suspension that the ENT refuses level 1 reads that the person still comes in; given up, nothing of it is left to read', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(uai, 1), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  bed.ent.faults.set([{ mode: 'error-400', calls: 'PUT /auth/block/.*' }]);
  const [row] = await bed.rows<{ account_id: string }>('select account_id from account');
  const accountId = row!.account_id;
  const said = async () => {
    const level1 = callerOf({ roles: ['support-1'] });
    const { stateInWords, failureCode } = toAccount(await bed.look.one(accountId, level1), level1);
    return [stateInWords, failureCode];
  };
  const decided = async (decision: 'SUSPEND' | 'RESUME') => {
    const caller = callerOf({ roles: ['support-2'] });
    const by = { accountId, reason: 'SECURITE', idempotencyKey: decision, caller };
    await bed.decide.execute({ ...by, decision });
    await bed.untilQuiet();
  };
  await decided('SUSPEND');
  expect(await said()).toEqual([expect.stringContaining('peut encore y entrer'), '']);
  await decided('RESUME');
  expect(await said()).toEqual([expect.stringContaining('Le compte est ouvert'), '']);
});

test('PRV-4: a refused block stays due: shown to level 3, no hindrance to the day, tried again on the next', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(uai, 1), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  bed.ent.faults.set([{ mode: 'error-400', calls: 'PUT /auth/block/.*' }]);
  await bed.import([aPupil(1, { uai, endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  const isBlocked = () => [...bed.ent.graph.users.values()].map(({ blocked }) => blocked);
  expect([await bed.states(), isBlocked(), await refusedTasks(), await causeForLevel3()]).toEqual([
    { CLOSING: 1 },
    [false],
    [{ refused_code: 'ENT_BLOCK_REFUSED', later: true, tried: true }],
    'ENT_BLOCK_REFUSED',
  ]);
  expect(await registry.getSingleMetricAsString('ent_refused_work')).toContain(
    'code="ENT_BLOCK_REFUSED"} 1',
  );
  bed.ent.faults.set([]);
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  expect([isBlocked(), await refusedTasks(), await causeForLevel3()]).toEqual([[true], [], '']);
});

test('SUP-4: a refused deletion is not forgotten, and who is deleted leaves no class or place in a list', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(uai, 1), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  await bed.import([aPupil(1, { uai, endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  bed.ent.faults.set([{ mode: 'error-400', calls: 'DELETE /directory/user.*' }]);
  await bed.begin('2022-11-10');
  await bed.untilQuiet();
  expect([await bed.states(), bed.ent.graph.users.size, await refusedTasks()]).toEqual([
    { DELETED: 1 },
    1,
    [{ refused_code: 'ENT_DELETE_REFUSED', later: true, tried: true }],
  ]);
  bed.ent.faults.set([]);
  await bed.begin('2022-11-11');
  await bed.untilQuiet();
  expect([
    bed.ent.graph.users.size,
    await refusedTasks(),
    await bed.rows(
      `select login, source_key, class_label, class_level, ent_removed,
         (select count(*)::int from ent_place) as places from account`,
    ),
  ]).toEqual([
    0,
    [],
    [
      {
        login: null,
        source_key: '',
        class_label: '',
        class_level: '',
        places: 0,
        ent_removed: true,
      },
    ],
  ]);
});

test.each([
  ['ENT_TIMEOUT', { mode: 'timeout-after-success', waitMs: 5_000 }],
  ['ENT_FAULT', { mode: 'error-503' }],
] as const)(
  'PRV-4: gives up an account that meets %s again and again while others are served, and keeps in mind that it may be there',
  async (code, fault) => {
    await bed.aMembership('m1', { ordered: 200, uais: [uai] });
    await bed.import(pupils(uai, 60), { on: '2022-09-05' });
    await bed.settleAccounts();
    const personId = aPupil(1, { uai }).personId;
    const [one] = await bed.rows<{ account_id: string }>(
      `update ent_task set faults = 22, not_before = now() + interval '0.5 s' from account a
       where a.account_id = ent_task.account_id and person_id = $1 returning a.account_id`,
      [personId],
    );
    bed.ent.faults.set([
      { ...fault, calls: 'POST /directory/class/.*/user', body: one!.account_id },
      { ...fault, calls: 'GET /directory/user/admin/list' },
    ]);
    bed.run({ timeoutMs: 1_500 });
    const failed = () =>
      bed.rows("select failure_code, person_id from account where state = 'FAILED'");
    // Others are served all the while, however slowly a busy machine comes to the last of them.
    let others = 100;
    await bed.until('it is given up', async () => {
      await bed.import([aPupil((others += 1), { uai })], { on: '2022-09-05' });
      await sleep(500);
      return (await failed()).length > 0;
    });
    await bed.untilQuiet();
    expect([await failed(), (await refusedTasks()).length]).toEqual([
      [{ failure_code: `${code}_PERSISTS`, person_id: personId }],
      1,
    ]);
    bed.ent.faults.set([]);
    await bed.begin('2022-09-06');
    await bed.untilQuiet();
    expect(await refusedTasks()).toEqual([]);
  },
);

test('PRV-4: an import that runs at the ENT gives nobody up, though blocks are served meanwhile', async () => {
  await bed.aMembership('m1', { ordered: 60, uais: [uai] });
  await bed.import(pupils(uai, 30), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  await bed.halt();
  const leavers = pupils(uai, 30).map((one) => ({ ...one, endsOn: '2022-09-05', revision: 2 }));
  const comers = [101, 102, 103].map((number) => aPupil(number, { uai }));
  await bed.import([...leavers, ...comers], {
    on: '2022-09-05',
    schools: [{ uai, ended: 30, changed: 0 }],
  });
  await bed.settleAccounts();
  // One fault more, while others are served, would give each of them up.
  await bed.rows(
    `update ent_task t set faults = 100, not_before = now() + interval '0.5 s' from account a
     where a.account_id = t.account_id and a.ent_id is null`,
  );
  bed.ent.importer.answerAfterMs = 50;
  bed.ent.importer.begin(600_000);
  bed.ent.calls.clear();
  bed.run();
  await bed.until('they were tried', () => (bed.ent.calls.get('create-user') ?? 0) > 3);
  expect([await bed.states(), bed.ent.calls.get('block')]).toEqual([
    { CLOSING: 30, PROVISIONING: 3 },
    30,
  ]);
  bed.ent.importer.end();
  await bed.untilQuiet();
  expect(await bed.states()).toEqual({ CLOSING: 30, PROVISIONED: 3 });
});

test.each([
  ['right-401', 'ENT_RIGHT_MISSING'],
  ['redirect-mfa', 'ENT_SECOND_FACTOR'],
] as const)(
  'PRV-4: a connector that is not let through (%s) is told as %s, fails nobody, and goes on when it is',
  async (mode, code) => {
    await bed.aMembership('m1', { ordered: 3, uais: [uai] });
    await bed.import(pupils(uai, 3), { on: '2022-09-05' });
    await bed.settleAccounts();
    // One fault more, while others are served, would give each of them up.
    await bed.rows('update ent_task set faults = 100');
    bed.ent.faults.set([{ mode, calls: 'POST /directory/class/.*/user' }]);
    bed.run();
    await bed.untilQuiet();
    expect([
      await bed.states(),
      await bed.rows('select distinct refused_code from ent_task'),
      bed.ent.calls.get('login'),
      bed.ent.calls.get('create-user'),
    ]).toEqual([{ PROVISIONING: 3 }, [{ refused_code: code }], 1, 3]);
    expect(await registry.getSingleMetricAsString('ent_refused_work')).toContain(
      `code="${code}"} 3`,
    );
    bed.ent.faults.set([]);
    await bed.begin('2022-09-06');
    await bed.untilQuiet();
    expect(await bed.states()).toEqual({ PROVISIONED: 3 });
  },
);

test('SUP-4: a used account whose deletion the ENT refuses rings before its trash would pass the three months', async () => {
  const late = async () =>
    (await registry.getSingleMetricAsString('ent_erasures_late')).trim().split('\n').at(-1);
  const night = async (day: string) => {
    await bed.begin(day);
    await bed.untilQuiet();
  };
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(uai, 1), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const [user] = [...bed.ent.graph.users.values()];
  activate(bed.ent.graph, user!.login, user!.activationCode!, 'un mot de passe');
  await night('2022-09-06');
  const [one] = pupils(uai, 1);
  await bed.import([{ ...one!, endsOn: '2022-09-07', revision: 2 }], { on: '2022-09-07' });
  await night('2022-09-07');
  expect([await bed.states(), await late()]).toEqual([{ CLOSING: 1 }, 'ent_erasures_late 0']);
  bed.ent.faults.set([{ mode: 'right-401', calls: 'DELETE /directory/user' }]);
  await night('2022-11-06');
  expect([await bed.states(), await late()]).toEqual([{ DELETED: 1 }, 'ent_erasures_late 0']);
  // Three months are over on 7 December, and the trash keeps it for thirty days.
  await night('2022-11-08');
  expect(await late()).toBe('ent_erasures_late 1');
  bed.ent.faults.set([]);
  await night('2022-11-09');
  expect(await late()).toBe('ent_erasures_late 0');
});

test('PRV-4, SUP-4: whom an academy feeds is met by its key and has no second user; no call deletes it, which is said, until the feed has lost it', async () => {
  const fedPupil = (key: string, school: string) => ({
    ...{ key, profile: 'Student' as const, firstName: `Prenom${key}`, lastName: `Nom${key}` },
    ...{ birthDate: '2014-03-02', school, className: 'CE2 A' },
  });
  const deliver = (...keys: string[]) =>
    feed(bed.ent.graph, {
      academy: 'NANTES',
      schools: [{ key: '1', uai, name: 'École alimentée' }],
      people: keys.map((key) => fedPupil(key, '1')),
    });
  deliver('1', '2');
  const pupil = (number: number, more: Partial<APerson> = {}) =>
    aPupil(number, { uai, aafKey: String(number), ...more });
  await bed.aMembership('m1', { ordered: 10, uais: [uai] });
  await bed.import([pupil(1), pupil(2), pupil(3)], { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const userOf = (number: number) => bed.ent.graph.userOfExternalId(`NANTES-${number}`)!;
  expect([await bed.states(), bed.ent.graph.users.size, userOf(1).source]).toEqual([
    ...[{ PROVISIONED: 3 }, 3, 'AAF1D'],
  ]);
  activate(bed.ent.graph, userOf(1).login, userOf(1).activationCode!, 'mot de passe');
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  expect(await bed.states()).toEqual({ ACTIVATED: 1, PROVISIONED: 2 });

  await bed.import([pupil(1, { endsOn: '2022-09-06', revision: 2 })], { on: '2022-09-06' });
  await bed.untilQuiet();
  expect([await bed.states(), userOf(1).blocked]).toEqual([{ CLOSING: 1, PROVISIONED: 2 }, true]);
  const refused = () => bed.rows("select refused_code from ent_task where refused_code <> ''");
  await bed.begin('2022-12-15');
  await bed.untilQuiet();
  expect([await refused(), userOf(1).deleteDate]).toEqual([
    [{ refused_code: 'ENT_FED_BY_ACADEMY' }],
    null,
  ]);
  expect(await bed.traces([pupil(1).personId])).toMatchObject([
    { ent: 'PRESENT', state: 'DELETED' },
  ]);
  // The next delivery lacks it: the day’s retry deletes it.
  deliver('2');
  await bed.begin('2022-12-16');
  await bed.untilQuiet();
  expect([await refused(), userOf(1).deleteDate === null]).toEqual([[], false]);
  // Of the others nothing has changed.
  expect([userOf(2).blocked, userOf(3).blocked]).toEqual([false, false]);
});
