import type { LocalDate } from '#libs/time';

/** A quantity in force from a day on, until the next step; steps ascend by day. Before the first: 0. */
export type Steps = readonly { readonly from: LocalDate; readonly quantity: number }[];

/** So many more (or fewer) from a day on; never 0. */
export type Change = { readonly effectiveFrom: LocalDate; readonly delta: number };

export const opposite = ({ effectiveFrom, delta }: Change): Change => ({
  effectiveFrom,
  delta: -delta,
});

export function quantityOn(steps: Steps, day: LocalDate): number {
  return steps.findLast(({ from }) => from <= day)?.quantity ?? 0;
}

/** Days from `day` on, itself included, on which any of these moves. */
export function daysFrom(day: LocalDate, ...all: readonly Steps[]): LocalDate[] {
  const later = all.flatMap((steps) => steps.map(({ from }) => from)).filter((from) => from > day);
  return [day, ...new Set(later)].sort();
}

/** What brings nothing to these steps, from a day on: what is in force then, and each change planned after it. */
export function changesFrom(steps: Steps, day: LocalDate): Change[] {
  let before = 0;
  return daysFrom(day, steps).flatMap((effectiveFrom) => {
    const quantity = quantityOn(steps, effectiveFrom);
    const delta = quantity - before;
    before = quantity;
    return delta === 0 ? [] : [{ effectiveFrom, delta }];
  });
}

/** The steps once changes count too. */
export function withChanges(steps: Steps, changes: readonly Change[]): Steps {
  const days = [
    ...new Set([
      ...steps.map(({ from }) => from),
      ...changes.map(({ effectiveFrom }) => effectiveFrom),
    ]),
  ].sort();
  return days.map((from) => ({
    from,
    quantity: changes
      .filter(({ effectiveFrom }) => effectiveFrom <= from)
      .reduce((sum, { delta }) => sum + delta, quantityOn(steps, from)),
  }));
}

/** The smallest of a quantity on any day from `day` on. */
export function smallestFrom(steps: Steps, day: LocalDate): number {
  return Math.min(...daysFrom(day, steps).map((on) => quantityOn(steps, on)));
}

export function differenceOf(steps: Steps, other: Steps): Steps {
  const days = [...new Set([...steps, ...other].map(({ from }) => from))].sort();
  return days.map((from) => ({
    from,
    quantity: quantityOn(steps, from) - quantityOn(other, from),
  }));
}

export function sumOf(all: readonly Steps[]): Steps {
  const days = [...new Set(all.flatMap((steps) => steps.map(({ from }) => from)))].sort();
  return days.map((from) => ({
    from,
    quantity: all.reduce((sum, steps) => sum + quantityOn(steps, from), 0),
  }));
}
