import { localDate } from '#libs/time';
import { lossesOf, seatsLost, type PoolToday } from './seats-lost.js';

const today = localDate('2022-10-01');
const waits: PoolToday = { held: 100, asking: 0, tolerance: null, overSince: null };
const tolerates: PoolToday = { ...waits, tolerance: { days: 30, percent: 5 } };
const overNow: PoolToday = { ...tolerates, overSince: localDate('2022-09-10') };
const o = (...steps: (readonly [string, number])[]) =>
  steps.map(([from, ordered]) => ({ from: localDate(from), ordered }));

test.each([
  ['an O that stays above', waits, o(['2022-10-01', 100]), 0],
  ['a decrease to come', waits, o(['2022-10-01', 100], ['2022-11-01', 90]), 10],
  ['its lowest day, not its last', waits, o(['2022-10-01', 80], ['2022-11-01', 95]), 20],
  ['the value in force today', waits, o(['2022-01-01', 50], ['2022-09-01', 97]), 3],
  ['a low that is over', waits, o(['2022-01-01', 5], ['2022-10-01', 100]), 0],
  ['the end of the membership', waits, o(['2022-10-01', 100], ['2026-07-19', 0]), 100],
  ['no timeline', waits, [], 0],
  ['a tolerance that lapses for good', tolerates, o(['2022-11-01', 90]), 10],
  ['a dip shorter than the tolerance', tolerates, o(['2022-11-01', 90], ['2022-12-01', 100]), 6],
  ['a dip one day longer', tolerates, o(['2022-11-01', 90], ['2022-12-02', 100]), 10],
  [
    'an overrun under way, whose days are counted already',
    overNow,
    o(['2022-10-01', 97], ['2022-10-11', 100]),
    3,
  ],
  ['an overrun that ends in time', overNow, o(['2022-10-01', 97], ['2022-10-10', 100]), 0],
  [
    'an overrun kept up by those who wait',
    { ...overNow, asking: 9 },
    o(['2022-10-01', 102], ['2022-11-01', 97], ['2022-11-05', 120]),
    3,
  ],
] as const)('PRV-7: counts for %s', (_title, pool, timeline, lost) => {
  expect(seatsLost(pool, timeline, today)).toBe(lost);
});

test('PRV-7: a seat is lost on the first day that takes it: the decrease, or the end of the tolerance', () => {
  const timeline = o(['2022-10-01', 100], ['2022-10-11', 90], ['2022-11-01', 95]);
  expect([lossesOf(waits, timeline, today), lossesOf(tolerates, timeline, today)]).toEqual([
    [{ on: '2022-10-11', seats: 10 }],
    [{ on: '2022-10-11', seats: 6 }],
  ]);
  expect(lossesOf(tolerates, timeline.slice(0, 2), today)).toEqual([
    { on: '2022-10-11', seats: 6 },
    { on: '2022-11-10', seats: 4 },
  ]);
});
