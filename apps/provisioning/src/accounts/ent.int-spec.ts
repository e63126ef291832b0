import { jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { registry } from '#libs/observability';
import { required } from '#libs/testing';
import { toAccount } from './accounts.dto.js';
import { aPupil, ProvisioningBed, type APerson } from './provisioning.in-memory-bed.js';

const uai = '0440001A';
let bed: ProvisioningBed;
jest.setTimeout(180_000);

beforeEach(async () => {
  bed = await ProvisioningBed.start();
  await bed.begin('2022-09-05');
});
afterEach(async () => {
  const faults = await bed.faults();
  await bed.stop();
  expect(faults).toEqual([]);
});

const pupils = (count: number) =>
  Array.from({ length: count }, (_, index) => aPupil(index + 1, { uai }));

/** One account in the ENT for each of ours, with our identifier. */
async function differences() {
  const ours = await bed.rows<{ account_id: string; ent_id: string }>(
    `select account_id, ent_id from account where ent_id is not null and not ent_removed order by account_id`,
  );
  const theirs = [...bed.ent.graph.users.values()]
    .filter(({ deleteDate }) => deleteDate === null)
    .map(({ externalId, id }) => ({ account_id: externalId, ent_id: id }))
    .sort((a, b) => (a.account_id < b.account_id ? -1 : 1));
  expect(ours).toEqual(theirs);
  return ours.length;
}

it('PRV-4: opens a school’s accounts, each once, with school and class made once and families linked', async () => {
  await bed.aMembership('m1', { ordered: 100, uais: [uai] });
  const children = pupils(40);
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
    await differences(),
    bed.ent.graph.structures.size,
    bed.ent.graph.classes.size,
    links,
  ]).toEqual([{ PROVISIONED: 80 }, 80, 1, 2, 80]);
});

it('PRV-4: recognises what was done though no answer came, and creates nobody twice', async () => {
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
  await bed.aMembership('m1', { ordered: 60, uais: [uai] });
  await bed.import(pupils(60), { on: '2022-09-05' });
  bed.run({ timeoutMs: 300 });
  await bed.untilQuiet(60_000);
  expect([await bed.states(), await differences()]).toEqual([{ PROVISIONED: 60 }, 60]);
});

it('PRV-4: an importer that is busy answers 400 and creates later: still nobody twice', async () => {
  bed.ent.faults.set([
    { mode: 'importer-busy', calls: 'POST /directory/class/.*/user', remaining: 15, waitMs: 150 },
  ]);
  await bed.aMembership('m1', { ordered: 20, uais: [uai] });
  await bed.import(pupils(20), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  expect([await bed.states(), await differences()]).toEqual([{ PROVISIONED: 20 }, 20]);
});

it('PRV-4: what can never succeed is FAILED with its reason, keeps its seat, and the others go on', async () => {
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

it('PRV-4: goes on after Redis is wiped in the middle', async () => {
  await bed.aMembership('m1', { ordered: 300, uais: [uai] });
  await bed.import(pupils(300), { on: '2022-09-05' });
  bed.run({ ratePerSecond: 400 });
  await bed.until('some accounts', () => bed.ent.graph.users.size > 60);
  const redis = new Redis(required('REDIS_URL'));
  const keys = await redis.keys(`${bed.prefix}:*`);
  await redis.del(keys);
  await redis.quit();
  expect(bed.ent.graph.users.size).toBeLessThan(300);
  await bed.untilQuiet();
  expect([await bed.states(), await differences()]).toEqual([{ PROVISIONED: 300 }, 300]);
});

it('PRV-4: resumes after the process stops in the middle', async () => {
  await bed.aMembership('m1', { ordered: 200, uais: [uai] });
  await bed.import(pupils(200), { on: '2022-09-05' });
  bed.run({ ratePerSecond: 400 });
  await bed.until('some accounts', () => bed.ent.graph.users.size > 40);
  await bed.halt();
  expect(bed.ent.graph.users.size).toBeLessThan(200);
  bed.run();
  await bed.untilQuiet();
  expect([await bed.states(), await differences()]).toEqual([{ PROVISIONED: 200 }, 200]);
});

it('PRV-4: jobs that a killed process left at work in Redis hold nobody up', async () => {
  await bed.aMembership('m1', { ordered: 5, uais: [uai] });
  await bed.import(pupils(5), { on: '2022-09-05' });
  await bed.settleAccounts();
  const redis = new Redis(required('REDIS_URL'));
  for (const accountId of await bed.work.due(10)) {
    await redis.lpush(`${bed.prefix}:ent-accounts:active`, accountId);
    await redis.hset(
      `${bed.prefix}:ent-accounts:${accountId}`,
      'data',
      JSON.stringify({ accountId }),
    );
    await redis.set(`${bed.prefix}:ent-accounts:${accountId}:lock`, 'of the killed', 'PX', 60_000);
  }
  await redis.quit();
  bed.run();
  await bed.untilQuiet(15_000);
  expect(await bed.states()).toEqual({ PROVISIONED: 5 });
});

it('PRV-4: an id without its job, which a wipe can leave in the queue, holds nobody up', async () => {
  await bed.aMembership('m1', { ordered: 5, uais: [uai] });
  bed.run();
  await bed.untilQuiet();
  await bed.import(pupils(5), { on: '2022-09-05' });
  await bed.settleAccounts();
  const redis = new Redis(required('REDIS_URL'));
  for (const { account_id } of await bed.rows<{ account_id: string }>(
    'select account_id from account',
  )) {
    await redis.lpush(`${bed.prefix}:ent-accounts:active`, account_id);
  }
  await redis.quit();
  await bed.untilQuiet(20_000);
  expect(await bed.states()).toEqual({ PROVISIONED: 5 });
});

it('PRV-4: logs in again when the session has ended', async () => {
  await bed.aMembership('m1', { ordered: 2, uais: [uai] });
  await bed.import(pupils(1), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  bed.ent.sessions.expireAll();
  await bed.import([aPupil(2, { uai })], { on: '2022-09-05' });
  await bed.untilQuiet();
  expect(await bed.states()).toEqual({ PROVISIONED: 2 });
});

it('PRV-7, PRV-3: a lost seat blocks in the ENT and deletes nothing; a new seat lets in again, same login', async () => {
  await bed.aMembership('m1', { ordered: 2, uais: [uai] });
  await bed.import(pupils(2), { on: '2022-09-05' });
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

it('PRV-3: an answer that comes after the account went out of scope is recorded, then undone at the end of the grace', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(1), { on: '2022-09-05' });
  bed.ent.throttle.set({ perSecond: 0, latencyMs: 400 });
  bed.run();
  await bed.until('the call is under way', () => (bed.ent.calls.get('create-user') ?? 0) > 0);
  await bed.import([aPupil(1, { uai, endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  bed.ent.throttle.set({ perSecond: 0, latencyMs: 0 });
  const user = bed.ent.graph.users.values().next().value;
  expect([await bed.states(), user?.blocked, await differences()]).toEqual([
    { CLOSING: 1 },
    true,
    1,
  ]);
  await bed.begin('2022-11-10');
  await bed.untilQuiet();
  expect([
    await bed.states(),
    bed.ent.graph.users.size,
    await bed.historyOf(aPupil(1, { uai }).personId),
  ]).toEqual([
    { DELETED: 1 },
    0,
    [
      'REQUESTED 2022-09-05 IMPORT',
      'PROVISIONING 2022-09-05 IMPORT',
      'CLOSING 2022-09-05 IMPORT',
      'DELETED 2022-11-04 DAY',
    ],
  ]);
  expect(await bed.rows('select login from account')).toEqual([{ login: null }]);
});

it('PRV-3: back within the grace period, the account opens again as it was', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(1), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  await bed.import([aPupil(1, { uai, endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  expect(await bed.states()).toEqual({ CLOSING: 1 });
  await bed.begin('2022-09-20');
  await bed.import([aPupil(1, { uai, startsOn: '2022-09-20', revision: 3 })], { on: '2022-09-20' });
  await bed.untilQuiet();
  expect([
    await bed.states(),
    [...bed.ent.graph.users.values()].map((user) => user.blocked),
  ]).toEqual([{ PROVISIONED: 1 }, [false]]);
});

it('AUT-1: a first use is seen the next day, once, and a pupil’s new class is followed', async () => {
  await bed.aMembership('m1', { ordered: 3, uais: [uai] });
  await bed.import(pupils(3), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const [user] = bed.ent.graph.users.values();
  bed.ent.graph.activate(user!.login, user!.activationCode!, 'mot-de-passe');
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

/** What level 3 reads of the only account. */
async function causeForLevel3(): Promise<string | undefined> {
  const [row] = await bed.rows<{ account_id: string }>('select account_id from account');
  const level3 = {
    userId: 'u',
    roles: ['support-3'],
    uais: [],
    markets: ['e-primo-2022'],
  } as const;
  return toAccount(await bed.look.one(row!.account_id, level3), level3).failureCode;
}
const refusedTasks = () =>
  bed.rows('select refused_code, not_before > now() as later, attempts > 0 as tried from ent_task');

it('PRV-4: a refused block stays due: shown to level 3, no hindrance to the day, tried again on the next', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(1), { on: '2022-09-05' });
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

it('SUP-4: a refused deletion is not forgotten, and who is deleted leaves no class or place in a list', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(1), { on: '2022-09-05' });
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
      'select login, source_key, class_label, class_level, ent_place, ent_removed from account',
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
        ent_place: null,
        ent_removed: true,
      },
    ],
  ]);
});

it.each([
  ['ENT_TIMEOUT', { mode: 'timeout-after-success', waitMs: 1_000 }],
  ['ENT_FAULT', { mode: 'error-503' }],
] as const)(
  'PRV-4: gives up an account that meets %s again and again while others are served, and keeps in mind that it may be there',
  async (code, fault) => {
    await bed.aMembership('m1', { ordered: 200, uais: [uai] });
    await bed.import(pupils(60), { on: '2022-09-05' });
    await bed.settleAccounts();
    const personId = aPupil(1, { uai }).personId;
    const [one] = await bed.rows<{ account_id: string }>(
      `update ent_task set faults = 22, not_before = now() + interval '0.5 s' from account a
       where a.account_id = ent_task.account_id and person_id = $1 returning a.account_id`,
      [personId],
    );
    bed.ent.faults.set([
      { ...fault, calls: 'POST /directory/class/.*/user', body: one!.account_id },
      { ...fault, calls: 'GET /directory/users.*' },
    ]);
    bed.run({ timeoutMs: 300 });
    await bed.untilQuiet();
    expect([
      await bed.rows("select failure_code, person_id from account where state = 'FAILED'"),
      (await refusedTasks()).length,
    ]).toEqual([[{ failure_code: `${code}_PERSISTS`, person_id: personId }], 1]);
    bed.ent.faults.set([]);
    await bed.begin('2022-09-06');
    await bed.untilQuiet();
    expect(await refusedTasks()).toEqual([]);
  },
);
