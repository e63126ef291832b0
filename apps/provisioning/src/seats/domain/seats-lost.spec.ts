import { localDate } from '#libs/time';
import { lossesOf, seatsLost, type PoolToday } from './seats-lost.js';

const today = localDate('2022-10-01');
const waits: PoolToday = { held: 100n, asking: 0n, tolerance: null, overSince: null };
const tolerates: PoolToday = { ...waits, tolerance: { days: 30, percent: 5 } };
const overNow: PoolToday = { ...tolerates, overSince: localDate('2022-09-10') };
const o = (...steps: (readonly [string, bigint])[]) =>
  steps.map(([from, ordered]) => ({ from: localDate(from), ordered }));

it.each([
  ['an O that stays above', waits, o(['2022-10-01', 100n]), 0n],
  ['a decrease to come', waits, o(['2022-10-01', 100n], ['2022-11-01', 90n]), 10n],
  ['its lowest day, not its last', waits, o(['2022-10-01', 80n], ['2022-11-01', 95n]), 20n],
  ['the value in force today', waits, o(['2022-01-01', 50n], ['2022-09-01', 97n]), 3n],
  ['a low that is over', waits, o(['2022-01-01', 5n], ['2022-10-01', 100n]), 0n],
  ['the end of the membership', waits, o(['2022-10-01', 100n], ['2026-07-19', 0n]), 100n],
  ['no timeline', waits, [], 0n],
  ['a tolerance that lapses for good', tolerates, o(['2022-11-01', 90n]), 10n],
  ['a dip shorter than the tolerance', tolerates, o(['2022-11-01', 90n], ['2022-12-01', 100n]), 6n],
  ['a dip one day longer', tolerates, o(['2022-11-01', 90n], ['2022-12-02', 100n]), 10n],
  [
    'an overrun under way, whose days are counted already',
    overNow,
    o(['2022-10-01', 97n], ['2022-10-11', 100n]),
    3n,
  ],
  ['an overrun that ends in time', overNow, o(['2022-10-01', 97n], ['2022-10-10', 100n]), 0n],
  [
    'an overrun kept up by those who wait',
    { ...overNow, asking: 9n },
    o(['2022-10-01', 102n], ['2022-11-01', 97n], ['2022-11-05', 120n]),
    3n,
  ],
] as const)('PRV-7: counts for %s', (_title, pool, timeline, lost) => {
  expect(seatsLost(pool, timeline, today)).toBe(lost);
});

it('PRV-7: a seat is lost on the first day that takes it: the decrease, or the end of the tolerance', () => {
  const timeline = o(['2022-10-01', 100n], ['2022-10-11', 90n], ['2022-11-01', 95n]);
  expect([lossesOf(waits, timeline, today), lossesOf(tolerates, timeline, today)]).toEqual([
    [{ on: '2022-10-11', seats: 10n }],
    [{ on: '2022-10-11', seats: 6n }],
  ]);
  expect(lossesOf(tolerates, timeline.slice(0, 2), today)).toEqual([
    { on: '2022-10-11', seats: 6n },
    { on: '2022-11-10', seats: 4n },
  ]);
});
