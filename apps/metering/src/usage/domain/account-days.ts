import type { LocalDate } from '#libs/time';

/** Where an open account counts: the membership that finances it, the item of its seat, its home school. */
export type Place = {
  readonly membershipId: string;
  readonly itemCode: string;
  readonly uai: string;
};

/**
 * What is known of one account from a day on, until a fact of a higher sequence says otherwise.
 * `place` is absent where the account counts nowhere: not open, financed by nobody, or without an
 * item for its profile (PRV-1).
 */
export type AccountFact = {
  /** Counts the facts of the account, 1 upwards. */
  readonly sequence: number;
  readonly effectiveOn: LocalDate;
  readonly place?: Place | undefined;
};

/** Where an account counts: open, financed, and of a profile that the market has an item for (PRV-1). */
export function placeOf(
  isOpen: boolean,
  membershipId: string,
  itemCode: string,
  uai: string,
): Place | undefined {
  if (!isOpen || membershipId === '' || itemCode === '') return undefined;
  return { membershipId, itemCode, uai };
}

/** The account counts in its place for each day of `[startsOn, endsOn)`; without `endsOn` it still does. */
export type OpenInterval = {
  readonly startsOn: LocalDate;
  readonly endsOn?: LocalDate;
  readonly place: Place;
};

/** U of a place changes by `delta` from `day` on. */
export type UsageChange = {
  readonly place: Place;
  readonly day: LocalDate;
  readonly delta: number;
};

/**
 * The days on which one account is open, where, from its facts in whatever order (MTR-1, MTR-2).
 *
 * On a day the fact of the highest sequence counts among those in effect: so the state at the end
 * of a day wins over the states it went through, and a late fact about the past replaces what was
 * believed from that day on. Facts twice change nothing.
 */
export function openIntervals(facts: readonly AccountFact[]): OpenInterval[] {
  const inOrder = isRising(facts) ? facts : facts.toSorted((a, b) => a.sequence - b.sequence);
  const intervals: OpenInterval[] = [];
  let knownFrom: LocalDate | undefined;
  for (let at = inOrder.length - 1; at >= 0; at -= 1) {
    const { effectiveOn, place } = inOrder[at]!;
    if (knownFrom !== undefined && effectiveOn >= knownFrom) continue;
    if (place) prepend(intervals, { startsOn: effectiveOn, endsOn: knownFrom, place });
    knownFrom = effectiveOn;
  }
  return intervals.reverse();
}

/** What the difference between two sets of intervals changes in U, one entry per place and day. */
export function usageChanges(
  before: readonly OpenInterval[],
  after: readonly OpenInterval[],
): UsageChange[] {
  const changes = new UsageChanges();
  changes.add(before, -1);
  changes.add(after, +1);
  return changes.all();
}

/** Adds up the changes of many accounts, so that a batch writes one row per place and day. */
export class UsageChanges {
  private readonly byKey = new Map<string, { place: Place; day: LocalDate; delta: number }>();

  add(intervals: readonly OpenInterval[], sign: 1 | -1): void {
    for (const { startsOn, endsOn, place } of intervals) {
      this.change(place, startsOn, sign);
      if (endsOn !== undefined) this.change(place, endsOn, -sign);
    }
  }

  all(): UsageChange[] {
    return [...this.byKey.values()].filter(({ delta }) => delta !== 0);
  }

  private change(place: Place, day: LocalDate, delta: number): void {
    const key = `${place.membershipId}|${place.itemCode}|${place.uai}|${day}`;
    const known = this.byKey.get(key);
    if (known) known.delta += delta;
    else this.byKey.set(key, { place, day, delta });
  }
}

export function sameIntervals(
  left: readonly OpenInterval[],
  right: readonly OpenInterval[],
): boolean {
  return (
    left.length === right.length &&
    left.every((interval, index) => {
      const other = right[index] as OpenInterval;
      return (
        interval.startsOn === other.startsOn &&
        interval.endsOn === other.endsOn &&
        samePlace(interval.place, other.place)
      );
    })
  );
}

/** Intervals come latest first here; one that ends where the next begins, in the same place, becomes one with it. */
function prepend(
  intervals: OpenInterval[],
  { startsOn, endsOn, place }: { startsOn: LocalDate; endsOn: LocalDate | undefined; place: Place },
): void {
  const next = intervals.at(-1);
  if (next && endsOn === next.startsOn && samePlace(next.place, place)) {
    intervals[intervals.length - 1] = { ...next, startsOn };
    return;
  }
  intervals.push({ startsOn, place, ...(endsOn === undefined ? {} : { endsOn }) });
}

function samePlace(left: Place, right: Place): boolean {
  return (
    left.membershipId === right.membershipId &&
    left.itemCode === right.itemCode &&
    left.uai === right.uai
  );
}

function isRising(facts: readonly AccountFact[]): boolean {
  for (let at = 1; at < facts.length; at += 1)
    if (facts[at]!.sequence < facts[at - 1]!.sequence) return false;
  return true;
}
