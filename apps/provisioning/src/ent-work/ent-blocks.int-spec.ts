import { jest } from '@jest/globals';
import {
  bed,
  bedForEachTest,
  countInBoth,
  pupils,
} from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/provisioning-bed.test-support.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';

it('PRV-7, PRV-3: a lost seat blocks in the ENT and deletes nothing; a new seat lets in again, same login', async () => {
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

it('PRV-3: an answer that comes after the account went out of scope is recorded, then undone at the end of the grace', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(uai, 1), { on: '2022-09-05' });
  bed.ent.throttle.set({ perSecond: 0, latencyMs: 400 });
  bed.run();
  await bed.until('the call is under way', () => (bed.ent.calls.get('create-user') ?? 0) > 0);
  await bed.import([aPupil(1, { uai, endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  bed.ent.throttle.set({ perSecond: 0, latencyMs: 0 });
  const user = bed.ent.graph.users.values().next().value;
  expect([await bed.states(), user?.blocked, await countInBoth()]).toEqual([
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
  await bed.import(pupils(uai, 1), { on: '2022-09-05' });
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
