import * as fc from 'fast-check';
import { addDays, localDate } from '#libs/time';
import { overrunOn } from './tolerance.js';

const on = localDate('2022-10-01');
const tolerance = { days: 30, percent: 5 };
const began = (daysAgo: number) => addDays(on, -daysAgo);

it.each([
  ['begins on its first day', { ordered: 100n, needed: 101n, overSince: null }, on, 5n],
  ['keeps its first day', { ordered: 100n, needed: 101n, overSince: began(29) }, began(29), 5n],
  [
    'is over after its days, and remembered',
    { ordered: 100n, needed: 101n, overSince: began(30) },
    began(30),
    0n,
  ],
  [
    'ends when O suffices for everybody',
    { ordered: 100n, needed: 100n, overSince: began(3) },
    null,
    0n,
  ],
  ['is rounded down to seats', { ordered: 39n, needed: 99n, overSince: null }, on, 1n],
  [
    'does not begin where not one is tolerated',
    { ordered: 19n, needed: 99n, overSince: null },
    null,
    0n,
  ],
] as const)('PRV-2: an overrun %s', (_title, pool, overSince, tolerated) => {
  expect(overrunOn(on, { ...pool, tolerance })).toEqual({ overSince, tolerated });
});

it('PRV-2: never more than the percentage of O, never after its days, never without TOLERATE', () => {
  const count = fc.bigInt(0n, 10_000n);
  const ages = fc.option(fc.integer({ min: 0, max: 60 }));
  fc.assert(
    fc.property(count, count, ages, (ordered, needed, age) => {
      const overSince = age === null ? null : began(age);
      const { tolerated } = overrunOn(on, { ordered, needed, tolerance, overSince });
      expect(tolerated * 100n <= ordered * 5n).toBe(true);
      expect(tolerated === 0n || age === null || age < 30).toBe(true);
      expect(overrunOn(on, { ordered, needed, tolerance: null, overSince }).tolerated).toBe(0n);
    }),
  );
});
