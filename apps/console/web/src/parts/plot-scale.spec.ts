import { expect, test } from '@jest/globals';
import { placeIn, stepsWithin, ticksUpTo, yearsOf } from './plot-scale.js';

const span = { startsOn: '2022-07-19', endsOn: '2026-07-19' };

test('a day of the span has its place, one outside the nearest edge', () => {
  const place = placeIn(span);
  expect([place('2022-07-19'), place('2024-07-18'), place('2026-07-19')]).toEqual([
    0,
    730 / 1461,
    1,
  ]);
  expect([place('2021-01-01'), place('2030-01-01')]).toEqual([0, 1]);
});

test('what was in force before the span is in force on its first day; the end is out of it', () => {
  const steps = [
    { from: '2022-01-01', quantity: 10 },
    { from: '2022-07-19', quantity: 12 },
    { from: '2023-01-01', quantity: 20 },
    { from: '2026-07-19', quantity: 0 },
  ];
  expect(stepsWithin(steps, span)).toEqual([
    { from: '2022-07-19', quantity: 12 },
    { from: '2023-01-01', quantity: 20 },
  ]);
  expect(stepsWithin([], span)).toEqual([{ from: '2022-07-19', quantity: 0 }]);
});

test.each([
  [0, [0]],
  [3, [0, 1, 2, 3]],
  [412, [0, 200, 400, 600]],
  [160_000, [0, 50_000, 100_000, 150_000, 200_000]],
])('the scale up to %i is round and reaches it', (highest, ticks) => {
  expect(ticksUpTo(highest)).toEqual(ticks);
});

test('the civil years that begin inside the span', () => {
  expect(yearsOf(span)).toEqual(['2023-01-01', '2024-01-01', '2025-01-01', '2026-01-01']);
  expect(yearsOf({ startsOn: '2022-07-19', endsOn: '2023-01-01' })).toEqual([]);
});
