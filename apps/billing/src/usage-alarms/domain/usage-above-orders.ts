import {
  type LocalDate,
  type Period,
  type QuantityChange,
  type Timeline,
  compareDates,
  daysIn,
  maxDate,
  stepsBefore,
  timelineOf,
} from '#libs/time';

/** Days in a row on which more accounts were open than ordered (MTR-1). */
export type DaysAbove = {
  readonly period: Period;
  /** Σ (U − O). */
  readonly accountDays: number;
  /** The day on which most were too many, the first of equals. */
  readonly worst: { readonly on: LocalDate; readonly used: number; readonly ordered: number };
};

/** O(d): the deltas in effect, inside the membership; outside it, 0. */
export function orderedSteps(
  membership: Period | null,
  lines: readonly QuantityChange[],
): Timeline {
  if (membership === null) return [];
  const inside = lines.map(({ effectiveFrom, delta }) => ({
    effectiveFrom: maxDate(effectiveFrom, membership.start),
    delta,
  }));
  return [
    ...stepsBefore(timelineOf(inside), membership.end),
    { from: membership.end, quantity: 0 },
  ];
}

/** Where U exceeds O before `until`. */
export function daysAbove(used: Timeline, ordered: Timeline, until: LocalDate): DaysAbove[] {
  const changes = [
    ...used.map(({ from, quantity }) => ({ from, used: quantity })),
    ...ordered.map(({ from, quantity }) => ({ from, ordered: quantity })),
  ]
    .filter(({ from }) => from < until)
    .sort((left, right) => compareDates(left.from, right.from));
  const found: DaysAbove[] = [];
  let inForce = { used: 0, ordered: 0 };
  changes.forEach(({ from: start, ...change }, index) => {
    inForce = { ...inForce, ...change };
    const end = changes[index + 1]?.from ?? until;
    if (start === end || inForce.used <= inForce.ordered) return;
    const last = found.at(-1);
    const one = aboveOver({ start, end }, inForce);
    if (last?.period.end === start) found[found.length - 1] = together(last, one);
    else found.push(one);
  });
  return found;
}

function aboveOver(
  period: Period,
  { used, ordered }: { used: number; ordered: number },
): DaysAbove {
  const worst = { on: period.start, used, ordered };
  return { period, accountDays: (used - ordered) * daysIn(period), worst };
}

function together(first: DaysAbove, second: DaysAbove): DaysAbove {
  const excess = ({ worst }: DaysAbove) => worst.used - worst.ordered;
  return {
    period: { start: first.period.start, end: second.period.end },
    accountDays: first.accountDays + second.accountDays,
    worst: excess(second) > excess(first) ? second.worst : first.worst,
  };
}
