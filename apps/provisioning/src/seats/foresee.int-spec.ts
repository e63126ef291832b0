import { jest } from '@jest/globals';
import { SeatLossForeseenSchema } from '#libs/contracts';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/people.test-support.js';

const uai = '0440001A';
const other = '0440002B';
jest.setTimeout(90_000);

bedForEachTest();

const foreseen = async () =>
  (await bed.told(SeatLossForeseenSchema)).map(({ on, seats, schools }) => [
    on,
    seats,
    Object.fromEntries(schools.map((school) => [school.uai, school.seats])),
  ]);

/** 3 who came first into one school, then 1 there, then 1 into the other. */
async function fiveHolders(terms?: {
  overQuota: string;
  toleranceDays: number;
  tolerancePercent: number;
}) {
  await bed.aMembership('m1', {
    ordered: 5,
    uais: [uai, other],
    ...(terms === undefined ? {} : { terms }),
  });
  await bed.import(
    [
      ...[1, 2, 3].map((number) => aPupil(number, { uai })),
      aPupil(4, { uai, startsOn: '2022-09-02' }),
      aPupil(5, { uai: other, startsOn: '2022-09-03' }),
    ],
    { on: '2022-09-05' },
  );
  await bed.settleAccounts();
}

async function begin(day: string): Promise<void> {
  await bed.begin(day);
  await bed.settleAccounts();
}

test('PRV-7: a decrease is told with its schools from 30 days ahead on, once', async () => {
  await fiveHolders();
  await bed.order('m1', -2, '2022-11-01');
  await begin('2022-10-01');
  expect(await foreseen()).toEqual([]);
  await begin('2022-10-02');
  expect(await foreseen()).toEqual([['2022-11-01', 2, { [uai]: 1, [other]: 1 }]]);
  await begin('2022-10-20');
  await begin('2022-11-02');
  // Those of whom it was told, and nobody else.
  expect([
    await foreseen(),
    await bed.rows(
      "select uai, count(*)::int as n from account where state = 'WAITING_SEAT' group by uai order by uai",
    ),
  ]).toEqual([
    [],
    [
      { uai, n: 1 },
      { uai: other, n: 1 },
    ],
  ]);
});

test('PRV-7: is told at once when less than 30 days are left, and again when its figures change', async () => {
  await fiveHolders();
  await bed.order('m1', -1, '2022-09-10');
  await bed.settleAccounts();
  expect(await foreseen()).toEqual([['2022-09-10', 1, { [other]: 1 }]]);
  await bed.order('m1', -1, '2022-09-10');
  await bed.settleAccounts();
  expect(await foreseen()).toEqual([['2022-09-10', 2, { [uai]: 1, [other]: 1 }]]);
  // The latest enrolled leaves: one less will lose, of the other school.
  await bed.import([aPupil(5, { uai: other, revision: 2, endsOn: '2022-09-05' })], {
    on: '2022-09-05',
  });
  await bed.settleAccounts();
  expect(await foreseen()).toEqual([['2022-09-10', 1, { [uai]: 1 }]]);
});

test('PRV-7: is taken back when a complementary order makes up for it', async () => {
  await fiveHolders();
  await bed.order('m1', -2, '2022-09-20');
  await bed.settleAccounts();
  await foreseen();
  await bed.order('m1', 2, '2022-09-19');
  await bed.settleAccounts();
  expect(await foreseen()).toEqual([['2022-09-20', 0, {}]]);
  await begin('2022-09-21');
  expect([await foreseen(), await bed.states()]).toEqual([[], { PROVISIONING: 5 }]);
});

test('PRV-7: of two decreases each day is told its own schools', async () => {
  await fiveHolders();
  await bed.order('m1', -1, '2022-09-20');
  await bed.order('m1', -2, '2022-09-25');
  await bed.settleAccounts();
  expect(await foreseen()).toEqual([
    ['2022-09-20', 1, { [other]: 1 }],
    ['2022-09-25', 2, { [uai]: 2 }],
  ]);
});

test('PRV-7: nothing is foreseen of a decrease after the end, or of one that leaves enough', async () => {
  await fiveHolders();
  await bed.order('m1', 3, '2022-09-06');
  await bed.order('m1', -3, '2022-09-20');
  await bed.order('m1', -2, '2022-09-25');
  await bed.fresh.unitOfWork.run((tx) => bed.memberships.end(tx, 'm1', '2022-09-22'));
  await bed.settleAccounts();
  expect(await foreseen()).toEqual([]);
});

test('PRV-2, PRV-7: the end of a tolerance is foreseen as a decrease is', async () => {
  await fiveHolders({ overQuota: 'TOLERATE', toleranceDays: 10, tolerancePercent: 34 });
  await bed.order('m1', -2, '2022-09-20');
  await bed.settleAccounts();
  expect(await foreseen()).toEqual([
    ['2022-09-20', 1, { [other]: 1 }],
    ['2022-09-30', 1, { [uai]: 1 }],
  ]);
  await begin('2022-09-20');
  await begin('2022-09-30');
  expect([await foreseen(), await bed.states()]).toEqual([
    [],
    { PROVISIONING: 3, WAITING_SEAT: 2 },
  ]);
});
