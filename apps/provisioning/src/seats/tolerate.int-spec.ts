import { jest } from '@jest/globals';
import { SeatsAllottedSchema, SeatsToleratedSchema } from '#libs/contracts';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { heldWhileFiftyCome, refusedOfFiftyTakers } from '../../test/fifty-at-once.test-support.js';
import { aMarket, aPupil } from '../../test/people.test-support.js';

const uai = '0440001A';
const other = '0440002B';
/** 10 % of O, for 30 days. */
const terms = { overQuota: 'TOLERATE', toleranceDays: 30, tolerancePercent: 10 };
jest.setTimeout(90_000);

bedForEachTest();

const pupils = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => aPupil(from + index, { uai }));
const books = () =>
  bed.rows(
    'select ordered::int, held::int, tolerance::int, over_since from seat_pool where held > 0',
  );
const alarms = async () =>
  (await bed.told(SeatsToleratedSchema)).map(({ since, until, ordered, held, over }) => [
    since,
    until,
    ordered,
    held,
    over,
  ]);
const allotments = async () =>
  (await bed.told(SeatsAllottedSchema)).map(
    ({ on, ordered, held, waiting, overQuota, tolerated }) => [
      on,
      ordered,
      held,
      waiting,
      overQuota,
      tolerated,
    ],
  );

async function anOverrun(): Promise<void> {
  await bed.aMembership('m1', { ordered: 20, uais: [uai], terms });
  await bed.import(pupils(25), { on: '2022-09-05' });
  await bed.settleAccounts();
}

test('PRV-2: TOLERATE opens so much of O beyond it, lets the others wait, and raises the alarm', async () => {
  await anOverrun();
  expect([await bed.states(), await books()]).toEqual([
    { PROVISIONING: 22, WAITING_SEAT: 3 },
    [{ ordered: 20, held: 22, tolerance: 2, over_since: '2022-09-05' }],
  ]);
  expect([await allotments(), await alarms()]).toEqual([
    [['2022-09-05', 20, 22, 3, 'TOLERATE', 2]],
    [['2022-09-05', '2022-10-05', 20, 22, 2]],
  ]);
});

test('PRV-2: after its days the latest enrolled lose the tolerated seats, and do not get them back by waiting', async () => {
  await anOverrun();
  await alarms();
  await bed.begin('2022-10-04');
  await bed.settleAccounts();
  expect(await bed.states()).toEqual({ PROVISIONING: 22, WAITING_SEAT: 3 });
  await bed.begin('2022-10-05');
  await bed.settleAccounts();
  await bed.begin('2022-12-01');
  await bed.import(pupils(1, 26), { on: '2022-12-01' });
  await bed.settleAccounts();
  expect([await bed.states(), await alarms()]).toEqual([
    { PROVISIONING: 20, WAITING_SEAT: 6 },
    [['2022-09-05', '2022-10-05', 20, 20, 0]],
  ]);
  expect(await bed.historyOf(aPupil(22, { uai }).personId)).toEqual([
    'REQUESTED 2022-09-05 IMPORT',
    'PROVISIONING 2022-09-05 IMPORT',
    'WAITING_SEAT 2022-10-05 DAY',
  ]);
});

test('PRV-2: an order that suffices ends the overrun, and the next one has its own days', async () => {
  await anOverrun();
  await bed.begin('2022-09-20');
  await bed.order('m1', 5, '2022-09-20');
  await bed.settleAccounts();
  expect(await books()).toEqual([{ ordered: 25, held: 25, tolerance: 0, over_since: null }]);
  await bed.import(pupils(1, 26), { on: '2022-09-20' });
  await bed.settleAccounts();
  expect([await books(), await alarms()]).toEqual([
    [{ ordered: 25, held: 26, tolerance: 2, over_since: '2022-09-20' }],
    [
      ['2022-09-05', '2022-10-05', 20, 22, 2],
      ['2022-09-05', '2022-09-20', 25, 25, 0],
      ['2022-09-20', '2022-10-20', 25, 26, 1],
    ],
  ]);
});

test('PRV-7: a decrease is tolerated too, within the percentage of what is left', async () => {
  await bed.aMembership('m1', { ordered: 20, uais: [uai], terms });
  await bed.import(pupils(20), { on: '2022-09-05' });
  await bed.order('m1', -8, '2022-09-06');
  await bed.begin('2022-09-06');
  await bed.settleAccounts();
  expect(await books()).toEqual([
    { ordered: 12, held: 13, tolerance: 1, over_since: '2022-09-06' },
  ]);
});

test('PRV-2: a market that tolerates no more takes its tolerance back at once', async () => {
  await anOverrun();
  await bed.fresh.unitOfWork.run((tx) =>
    bed.memberships.recordMarket(tx, { ...aMarket(), version: 2 }),
  );
  await bed.settleAccounts();
  expect(await books()).toEqual([{ ordered: 20, held: 20, tolerance: 0, over_since: null }]);
});

test.each(['WAIT', 'DRAFT_ORDER'])(
  'PRV-2: %s holds no seat beyond O and says so',
  async (policy) => {
    await bed.aMembership('m1', { ordered: 2, uais: [uai], terms: { overQuota: policy } });
    await bed.import(pupils(3), { on: '2022-09-05' });
    await bed.settleAccounts();
    expect([await allotments(), await alarms()]).toEqual([
      [['2022-09-05', 2, 2, 1, policy, 0]],
      [],
    ]);
  },
);

test('PRV-2: seats are told once per change: by an import, by who leaves the waiting list, not by a quiet day', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.aMembership('m2', { ordered: 0, uais: [other] });
  await bed.import(pupils(3), { on: '2022-09-05' });
  await bed.order('m1', -1, '2022-09-20');
  await bed.order('m1', 1, '2022-09-20');
  await bed.begin('2022-09-07');
  await bed.settleAccounts();
  expect(await allotments()).toEqual([['2022-09-05', 1, 1, 2, 'WAIT', 0]]);
  // One of those who wait moves to another member's school: one less here, one more there.
  await bed.import([aPupil(2, { uai: other, revision: 2 })], { on: '2022-09-07' });
  await bed.settleAccounts();
  expect(await allotments()).toEqual([
    ['2022-09-07', 1, 1, 1, 'WAIT', 0],
    ['2022-09-07', 0, 0, 1, 'WAIT', 0],
  ]);
  await bed.import([aPupil(3, { uai, revision: 2, endsOn: '2022-09-07' })], { on: '2022-09-07' });
  await bed.settleAccounts();
  expect(await allotments()).toEqual([['2022-09-07', 1, 1, 0, 'WAIT', 0]]);
});

test('PRV-2: 50 openings at once under TOLERATE never hold more than O and a tenth', async () => {
  await bed.aMembership('m1', { ordered: 20, uais: [uai], terms });
  await bed.settleAccounts();
  const samples = await heldWhileFiftyCome(uai);
  expect([samples.filter((held) => held > 22), await bed.states()]).toEqual([
    [],
    { PROVISIONING: 22, WAITING_SEAT: 28 },
  ]);
});

test('PRV-2: the database itself refuses 50 concurrent takers of the last tolerated seat, all but one', async () => {
  await bed.aMembership('m1', { ordered: 20, uais: [uai], terms });
  await bed.import(pupils(21), { on: '2022-09-05' });
  await bed.settleAccounts();
  expect(await refusedOfFiftyTakers(uai)).toEqual([49, new Set(['seats_held_within_order'])]);
});

test('PRV-2: the database refuses a tolerance that the market does not give, and an overrun of another day', async () => {
  await anOverrun();
  for (const [constraint, statement] of [
    ['seats_tolerated_follow_the_market', 'update seat_pool set tolerance = 3'],
    ['seat_overrun_keeps_its_first_day', "update seat_pool set over_since = '2022-09-04'"],
    ['seat_overrun_keeps_its_first_day', 'update seat_pool set over_since = null, tolerance = 2'],
    ['seats_held_within_order', 'update seat_pool set tolerance = 1'],
  ] as const) {
    await expect(bed.rows(statement)).rejects.toMatchObject({ constraint });
  }
});

test('PRV-2: the database refuses an overrun that did not begin today, and one whose days are over', async () => {
  await anOverrun();
  await bed.begin('2022-10-05');
  const pool = { membershipId: 'm1', itemCode: 'ELEVE' };
  // Until the allotment of that day, the books hold more than the day allows: the check says so.
  expect((await bed.seats.check()).violations).toEqual([
    { code: 'SEATS_ABOVE_ORDER', ...pool, held: 22, ordered: 20, tolerated: 0 },
    { code: 'TOLERANCE_ABOVE_MARKET', ...pool, tolerated: 0, told: 2 },
  ]);
  await bed.settleAccounts();
  for (const [constraint, statement] of [
    ['seats_tolerated_follow_the_market', 'update seat_pool set tolerance = 1'],
    [
      'seat_overrun_keeps_its_first_day',
      "update seat_pool set over_since = '2022-10-05', tolerance = 2",
    ],
  ]) {
    await expect(bed.rows(statement!)).rejects.toMatchObject({ constraint });
  }
});
