import type { LocalDate } from './local-date.js';

/** From a day on, until the next step. */
export type Step<Day extends string = LocalDate> = {
  readonly from: Day;
  readonly quantity: number;
};

/** A quantity in force from day to day: steps ascend by day, each day at most once; before the first: 0. */
export type Timeline<Day extends string = LocalDate> = readonly Step<Day>[];

/** So many more (or fewer) from that day on. */
export type QuantityChange = { readonly effectiveFrom: LocalDate; readonly delta: number };

/** Of entries that ascend by day, the one in force on a day: the last that begins on or before it. */
export function inForceOn<Entry extends { readonly from: string }>(
  entries: readonly Entry[],
  day: Entry['from'],
): Entry | undefined {
  return entries.findLast(({ from }) => from <= day);
}

/** Entries in the order of their days; those of one day keep theirs. */
export function byDay<Entry extends { readonly from: string }>(entries: readonly Entry[]): Entry[] {
  return [...entries].sort(({ from: a }, { from: b }) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Of entries in any order, the one that came into effect last by a day; of those of one day the last of them here. */
export function effectiveOn<Entry extends { readonly effectiveFrom: LocalDate }>(
  entries: readonly Entry[],
  day: LocalDate,
): Entry | undefined {
  return inForceOn(byDay(entries.map((entry) => ({ from: entry.effectiveFrom, entry }))), day)
    ?.entry;
}

export function quantityOn<Day extends string>(timeline: Timeline<Day>, day: Day): number {
  return inForceOn(timeline, day)?.quantity ?? 0;
}

/** The days on which any of them has a step, ascending. */
export function stepDays<Day extends string>(...timelines: readonly Timeline<Day>[]): Day[] {
  return [...new Set(timelines.flatMap((timeline) => timeline.map(({ from }) => from)))].sort();
}

/** A day, and those after it on which any of them has a step. */
export function stepDaysFrom<Day extends string>(
  day: Day,
  ...timelines: readonly Timeline<Day>[]
): Day[] {
  return [day, ...stepDays(...timelines).filter((from) => from > day)];
}

/** What changes sum up to, in any order: those of one day make one step, its end of day. */
export function timelineOf(changes: readonly QuantityChange[]): Timeline {
  const deltas = new Map<LocalDate, number>();
  for (const { effectiveFrom, delta } of changes) {
    deltas.set(effectiveFrom, (deltas.get(effectiveFrom) ?? 0) + delta);
  }
  let quantity = 0;
  return [...deltas.keys()]
    .sort()
    .map((from) => ({ from, quantity: (quantity += deltas.get(from) ?? 0) }));
}

/** The timeline once the changes count too. */
export function withChanges(timeline: Timeline, changes: readonly QuantityChange[]): Timeline {
  return sumOf([timeline, timelineOf(changes)]);
}

/** What brings nothing to this timeline, from a day on: what is in force then, and each change after it. */
export function changesFrom(timeline: Timeline, day: LocalDate): QuantityChange[] {
  let before = 0;
  return stepDaysFrom(day, timeline).flatMap((effectiveFrom) => {
    const quantity = quantityOn(timeline, effectiveFrom);
    const delta = quantity - before;
    before = quantity;
    return delta === 0 ? [] : [{ effectiveFrom, delta }];
  });
}

export const opposite = ({ effectiveFrom, delta }: QuantityChange): QuantityChange => ({
  effectiveFrom,
  delta: -delta,
});

/** The same quantities without steps that change nothing: what people are shown. */
export function withoutIdleSteps<Day extends string>(timeline: Timeline<Day>): Timeline<Day> {
  return timeline.filter(
    (step, index) => step.quantity !== (index === 0 ? 0 : timeline[index - 1]?.quantity),
  );
}

/** The steps before a day: what is planned from it on counts nowhere. The same timeline where nothing is. */
export function stepsBefore(timeline: Timeline, until: LocalDate): Timeline {
  const last = timeline.at(-1);
  return last === undefined || last.from < until
    ? timeline
    : timeline.filter(({ from }) => from < until);
}

/** What is in force on a day as its first step, and the steps after it. */
export function stepsSince<Day extends string>(timeline: Timeline<Day>, day: Day): Step<Day>[] {
  return [
    { from: day, quantity: quantityOn(timeline, day) },
    ...timeline.filter(({ from }) => from > day),
  ];
}

/** The sum of several, day by day. */
export function sumOf<Day extends string>(timelines: readonly Timeline<Day>[]): Timeline<Day> {
  return stepDays(...timelines).map((from) => ({
    from,
    quantity: timelines.reduce((sum, timeline) => sum + quantityOn(timeline, from), 0),
  }));
}

/** What remains of one beyond another, day by day; may be negative. */
export function differenceOf<Day extends string>(
  timeline: Timeline<Day>,
  other: Timeline<Day>,
): Timeline<Day> {
  return stepDays(timeline, other).map((from) => ({
    from,
    quantity: quantityOn(timeline, from) - quantityOn(other, from),
  }));
}

/** The smallest quantity in force on any day of `[since, until)`, and the first day it is so; no `until`: for ever. */
export function smallestIn(timeline: Timeline, since: LocalDate, until?: LocalDate): Step {
  return stepsSince(timeline, since)
    .filter(({ from }) => from === since || until === undefined || from < until)
    .reduce((least, step) => (step.quantity < least.quantity ? step : least));
}
