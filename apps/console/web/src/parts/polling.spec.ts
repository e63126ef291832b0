import { expect, test } from '@jest/globals';
import { pollingDelayMs } from './polling.js';

test('asks less and less often while nothing changes, and never gives up', () => {
  expect([0, 1, 2].map((unchanged) => pollingDelayMs(unchanged))).toEqual([2_000, 3_000, 4_500]);
  expect([10, 1_000, 1e9].map((unchanged) => pollingDelayMs(unchanged))).toEqual([
    ...[30_000, 30_000, 30_000],
  ]);
});

test('asks a second time soon', () => {
  expect(pollingDelayMs(0, true)).toBe(500);
});
