import fc from 'fast-check';
import {
  addDays,
  byDay,
  changesFrom,
  differenceOf,
  eachDay,
  effectiveOn,
  fromDayNumber,
  inForceOn,
  localDate,
  opposite,
  type QuantityChange,
  quantityOn,
  smallestIn,
  stepsBefore,
  stepsSince,
  sumOf,
  type Timeline,
  timelineOf,
  withChanges,
  withoutIdleSteps,
} from './index.js';

/**
 * Goal: whatever is done with timelines, each day has the quantity that a count day by day gives it.
 * Method: any changes over two months; the naive sum of the deltas up to each day is the model.
 */
const first = fromDayNumber(19_000);
const end = addDays(first, 60);
const everyDay = [...eachDay(first, end)];
const anyDay = fc.nat(59).map((after) => addDays(first, after));
const anyChanges = fc.array(
  fc.record({ effectiveFrom: anyDay, delta: fc.integer({ min: -9, max: 9 }) }),
  { maxLength: 12 },
);
const counted = (changes: readonly QuantityChange[]) => (day: string) =>
  changes.reduce((sum, one) => (one.effectiveFrom <= day ? sum + one.delta : sum), 0);
const figures = (timeline: Timeline) => everyDay.map((day) => quantityOn(timeline, day));
const ascends = (timeline: Timeline) =>
  timeline.every(({ from }, index) => index === 0 || (timeline[index - 1]?.from ?? '') < from);

test('a timeline has on each day what a count day by day gives it', () => {
  fc.assert(
    fc.property(anyChanges, anyChanges, anyDay, anyDay, (changes, others, one, other) => {
      const [since, until] = one < other ? [one, addDays(other, 1)] : [other, addDays(one, 1)];
      const [a, b] = [counted(changes), counted(others)];
      const [timeline, second] = [timelineOf(changes), timelineOf(others)];

      const made = {
        timeline,
        changed: withChanges(timeline, others),
        back: withChanges(withChanges(timeline, others), others.map(opposite)),
        sum: sumOf([timeline, second]),
        difference: differenceOf(timeline, second),
        shown: withoutIdleSteps(timeline),
        before: stepsBefore(timeline, until),
        since: stepsSince(timeline, since),
        nothing: withChanges(timeline, changesFrom(timeline, since).map(opposite)),
      };
      expect(Object.values(made).every(ascends)).toBe(true);
      expect(figures(made.timeline)).toEqual(everyDay.map(a));
      expect(figures(made.changed)).toEqual(everyDay.map((day) => a(day) + b(day)));
      expect(figures(made.back)).toEqual(everyDay.map(a));
      expect(figures(made.sum)).toEqual(everyDay.map((day) => a(day) + b(day)));
      expect(figures(made.difference)).toEqual(everyDay.map((day) => a(day) - b(day)));
      expect(figures(made.shown)).toEqual(everyDay.map(a));
      expect(figures(made.before)).toEqual(
        everyDay.map((day) => a(day < until ? day : addDays(until, -1))),
      );
      expect(figures(made.since)).toEqual(everyDay.map((day) => (day < since ? 0 : a(day))));
      expect(figures(made.nothing)).toEqual(everyDay.map((day) => (day < since ? a(day) : 0)));

      const inside = [...eachDay(since, until)];
      const least = Math.min(...inside.map(a));
      expect(smallestIn(timeline, since, until)).toEqual({
        from: smallestIn(timeline, since, until).from,
        quantity: least,
      });
      expect(a(smallestIn(timeline, since, until).from)).toBe(least);
      expect(smallestIn(timeline, since).quantity).toBe(
        Math.min(...stepsSince(timeline, since).map(({ quantity }) => quantity)),
      );
    }),
    { numRuns: 300 },
  );
});

test('what people are shown has no step that changes nothing', () => {
  const day = localDate;
  const timeline = timelineOf([
    { effectiveFrom: day('2022-07-19'), delta: 412 },
    { effectiveFrom: day('2022-11-03'), delta: 38 },
    { effectiveFrom: day('2022-11-03'), delta: -38 },
    { effectiveFrom: day('2023-09-01'), delta: -30 },
  ]);
  expect(withoutIdleSteps(timeline)).toEqual([
    { from: '2022-07-19', quantity: 412 },
    { from: '2023-09-01', quantity: 382 },
  ]);
});

test('whatever came into effect last by a day is found, in any order; of one day the last given', () => {
  const anyEntries = fc
    .array(anyDay, { maxLength: 12 })
    .map((days) => days.map((effectiveFrom, given) => ({ effectiveFrom, given })));
  fc.assert(
    fc.property(anyEntries, anyDay, (entries, day) => {
      // The model goes through the days backwards and asks each what was given for it.
      const back = [...eachDay(first, addDays(day, 1))].reverse();
      const givenFor = (on: string) => entries.filter(({ effectiveFrom }) => effectiveFrom === on);
      const on = back.find((one) => givenFor(one).length > 0);
      expect(effectiveOn(entries, day)).toEqual(on && givenFor(on).at(-1));
    }),
  );
});

test('of entries of one day the last counts, in whatever order the days came', () => {
  const entries = byDay([
    { from: '2023-01-01', price: 3 },
    { from: '2022-01-01', price: 1 },
    { from: '2022-01-01', price: 2 },
  ]);
  expect(entries.map(({ price }) => price)).toEqual([1, 2, 3]);
  expect(inForceOn(entries, '2022-12-31')?.price).toBe(2);
  expect(inForceOn(entries, '2023-01-01')?.price).toBe(3);
  expect(inForceOn(entries, '2021-12-31')).toBeUndefined();
});
