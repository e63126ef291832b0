import { type LocalDate } from '#libs/time';

/** A value in force from a day on, until the next step; steps ascend by day. Before the first: 0. */
export type Timeline = readonly Step[];
export type Step = { readonly from: LocalDate; readonly quantity: number };

/** A change of a quantity: `delta` more (or fewer) from that day on. */
export type Change = { readonly effectiveFrom: LocalDate; readonly delta: number };

export function quantityOn(timeline: Timeline, day: LocalDate): number {
  return timeline.findLast((step) => step.from <= day)?.quantity ?? 0;
}

/** The timeline once the changes count too. Several changes of one day make one step: its end of day. */
export function withChanges(timeline: Timeline, changes: readonly Change[]): Timeline {
  const days = [
    ...new Set([...timeline.map(({ from }) => from), ...changes.map((c) => c.effectiveFrom)]),
  ].sort();
  return days.map((from) => ({
    from,
    quantity:
      quantityOn(timeline, from) +
      changes
        .filter((change) => change.effectiveFrom <= from)
        .reduce((sum, { delta }) => sum + delta, 0),
  }));
}

/** The same function of the day without steps that change nothing: what people are shown. */
export function withoutIdleSteps(timeline: Timeline): Timeline {
  return timeline.filter(
    (step, index) => step.quantity !== (index === 0 ? 0 : timeline[index - 1]?.quantity),
  );
}

/** The steps before a day: what is planned from it on counts nowhere (WDR-2). The same timeline where nothing is. */
export function stepsBefore(timeline: Timeline, until: LocalDate): Timeline {
  const last = timeline.at(-1);
  return last === undefined || last.from < until
    ? timeline
    : timeline.filter(({ from }) => from < until);
}

/** The sum of several timelines, day by day. */
export function sumOf(timelines: readonly Timeline[]): Timeline {
  const days = [...new Set(timelines.flatMap((timeline) => timeline.map(({ from }) => from)))];
  return days.sort().map((from) => ({
    from,
    quantity: timelines.reduce((sum, timeline) => sum + quantityOn(timeline, from), 0),
  }));
}

/** What remains of one quantity beyond another, day by day; may be negative. */
export function differenceOf(timeline: Timeline, other: Timeline): Timeline {
  const days = [...new Set([...timeline, ...other].map(({ from }) => from))].sort();
  return days.map((from) => ({
    from,
    quantity: quantityOn(timeline, from) - quantityOn(other, from),
  }));
}

/** The smallest quantity in force on any day of `[since, until)`, and the first day it is so. */
export function smallestIn(timeline: Timeline, since: LocalDate, until: LocalDate): Step {
  const steps = [
    { from: since, quantity: quantityOn(timeline, since) },
    ...timeline.filter(({ from }) => since < from && from < until),
  ];
  return steps.reduce((least, step) => (step.quantity < least.quantity ? step : least));
}
