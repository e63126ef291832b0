import fc from 'fast-check';
import { addDays, eachDay, localDate, type Period } from '#libs/time';
import { daysAbove, orderedSteps } from './usage-above-orders.js';

const on = localDate;
const steps = (all: Record<string, number>) =>
  Object.entries(all).map(([from, quantity]) => ({ from: on(from), quantity }));
const membership = { start: on('2022-07-19'), end: on('2026-07-19') };
const until = on('2023-01-19');

test('MTR-1: U at O is no alarm, and a day that is not over is not looked at', () => {
  const ordered = steps({ '2022-07-19': 412 });
  expect(daysAbove(steps({ '2022-09-01': 412 }), ordered, until)).toEqual([]);
  expect(daysAbove(steps({ '2023-01-19': 413 }), ordered, until)).toEqual([]);
  expect(daysAbove(steps({ '2023-01-18': 413 }), ordered, until)).toEqual([
    {
      period: { start: '2023-01-18', end: '2023-01-19' },
      accountDays: 1,
      worst: { on: '2023-01-18', used: 413, ordered: 412 },
    },
  ]);
});

test('MTR-1: days in a row are one alarm with the worst day, days apart are two', () => {
  const used = steps({ '2022-09-01': 420, '2022-09-11': 400, '2022-10-01': 430 });
  const ordered = steps({ '2022-07-19': 450, '2022-09-06': 412, '2022-10-03': 450 });
  expect(daysAbove(used, ordered, until)).toEqual([
    {
      period: { start: '2022-09-06', end: '2022-09-11' },
      accountDays: 5 * 8,
      worst: { on: '2022-09-06', used: 420, ordered: 412 },
    },
    {
      period: { start: '2022-10-01', end: '2022-10-03' },
      accountDays: 2 * 18,
      worst: { on: '2022-10-01', used: 430, ordered: 412 },
    },
  ]);
  const growing = steps({
    '2022-09-06': 413,
    '2022-09-08': 415,
    '2022-09-09': 414,
    '2022-09-11': 0,
  });
  expect(daysAbove(growing, ordered, until)).toEqual([
    {
      period: { start: '2022-09-06', end: '2022-09-11' },
      accountDays: 2 + 3 + 2 * 2,
      worst: { on: '2022-09-08', used: 415, ordered: 412 },
    },
  ]);
});

test('ORD-4: O is the sum of the orders whatever order they come in, and 0 outside the membership', () => {
  const lines = [
    { effectiveFrom: on('2022-07-19'), delta: 412 },
    { effectiveFrom: on('2022-11-03'), delta: 38 },
    { effectiveFrom: on('2022-09-01'), delta: -12 },
    { effectiveFrom: on('2026-07-19'), delta: 5 },
  ];
  expect(orderedSteps(membership, lines)).toEqual(
    steps({ '2022-07-19': 412, '2022-09-01': 400, '2022-11-03': 438, '2026-07-19': 0 }),
  );
  expect(orderedSteps(null, lines)).toEqual([]);
  expect(orderedSteps({ start: on('2022-08-01'), end: on('2022-09-01') }, lines)).toEqual(
    steps({ '2022-08-01': 412, '2022-09-01': 0 }),
  );
});

test('MTR-1: whatever U and O, the days found are those that a count day by day finds', () => {
  const start = on('2022-07-19');
  const end = addDays(start, 40);
  const anySteps = fc
    .uniqueArray(fc.tuple(fc.nat(45), fc.nat(4)), { selector: ([day]) => day, maxLength: 12 })
    .map((all) =>
      all
        .sort(([a], [b]) => a - b)
        .map(([day, quantity]) => ({ from: addDays(start, day), quantity })),
    );
  fc.assert(
    fc.property(anySteps, anySteps, (used, ordered) => {
      const at = (all: typeof used, day: string) =>
        all.findLast(({ from }) => from <= day)?.quantity ?? 0;
      const excess = ({ start: first, end: after }: Period) =>
        [...eachDay(first, after)].map((day) => at(used, day) - at(ordered, day));
      const found = daysAbove(used, ordered, end);
      const days = new Set(found.flatMap(({ period }) => [...eachDay(period.start, period.end)]));
      for (const day of eachDay(start, end))
        expect([day, days.has(day)]).toEqual([day, at(used, day) > at(ordered, day)]);
      for (const { period, accountDays, worst } of found) {
        expect(accountDays).toBe(excess(period).reduce((a, b) => a + b, 0));
        expect(worst.used - worst.ordered).toBe(Math.max(...excess(period)));
      }
    }),
  );
});
