import * as fc from 'fast-check';
import { addDays, localDate } from '#libs/time';
import { overrunOn } from './tolerance.js';

const on = localDate('2022-10-01');
const tolerance = { days: 30, percent: 5 };
const began = (daysAgo: number) => addDays(on, -daysAgo);

test.each([
  ['begins on its first day', { ordered: 100, needed: 101, overSince: null }, on, 5],
  ['keeps its first day', { ordered: 100, needed: 101, overSince: began(29) }, began(29), 5],
  [
    'is over after its days, and remembered',
    { ordered: 100, needed: 101, overSince: began(30) },
    began(30),
    0,
  ],
  [
    'ends when O suffices for everybody',
    { ordered: 100, needed: 100, overSince: began(3) },
    null,
    0,
  ],
  ['is rounded down to seats', { ordered: 39, needed: 99, overSince: null }, on, 1],
  [
    'does not begin where not one is tolerated',
    { ordered: 19, needed: 99, overSince: null },
    null,
    0,
  ],
] as const)('PRV-2: an overrun %s', (_title, pool, overSince, tolerated) => {
  expect(overrunOn(on, { ...pool, tolerance })).toEqual({ overSince, tolerated });
});

test('PRV-2: never more than the percentage of O, never after its days, never without TOLERATE', () => {
  const count = fc.integer({ min: 0, max: 10_000 });
  const ages = fc.option(fc.integer({ min: 0, max: 60 }));
  fc.assert(
    fc.property(count, count, ages, (ordered, needed, age) => {
      const overSince = age === null ? null : began(age);
      const { tolerated } = overrunOn(on, { ordered, needed, tolerance, overSince });
      expect(tolerated * 100 <= ordered * 5).toBe(true);
      expect(tolerated === 0 || age === null || age < 30).toBe(true);
      expect(overrunOn(on, { ordered, needed, tolerance: null, overSince }).tolerated).toBe(0);
    }),
  );
});
