import { maxDate, type LocalDate } from '#libs/time';
import { lapsesOn, overrunOn, type Tolerance } from './tolerance.js';

/** O from a day on, until the next one. */
export type OrderedFrom = { readonly from: LocalDate; readonly ordered: number };

export type PoolToday = {
  readonly held: number;
  /** Those who ask for a seat and have none. */
  readonly asking: number;
  readonly tolerance: Tolerance | null;
  /** First day of the overrun under way; null: none. */
  readonly overSince: LocalDate | null;
};

export type Loss = { readonly on: LocalDate; readonly seats: number };

/**
 * Of the seats held today, those that would be lost on each day from `today` on, if O followed the
 * timeline (days ascending; what lies before its first day is not asked about). A seat is counted on
 * the first day that takes it (PRV-7).
 */
export function lossesOf(
  pool: PoolToday,
  timeline: readonly OrderedFrom[],
  today: LocalDate,
): Loss[] {
  const losses: Loss[] = [];
  let lost = 0;
  for (const { on, limit } of limitsOf(pool, timeline, today)) {
    const excess = pool.held - limit;
    if (excess > lost) losses.push({ on, seats: excess - lost });
    if (excess > lost) lost = excess;
  }
  return losses;
}

/** All of them together: the most that are too many on any day, at least 0. */
export function seatsLost(
  pool: PoolToday,
  timeline: readonly OrderedFrom[],
  today: LocalDate,
): number {
  return lossesOf(pool, timeline, today).reduce((sum, { seats }) => sum + seats, 0);
}

/** Seats that may be held from each day on: O changes, or a tolerance is over. */
function limitsOf(
  { held, asking, tolerance, overSince: since }: PoolToday,
  timeline: readonly OrderedFrom[],
  today: LocalDate,
): { on: LocalDate; limit: number }[] {
  const limits: { on: LocalDate; limit: number }[] = [];
  let overSince = since;
  for (const { from, until, ordered } of spansFrom(timeline, today)) {
    const overrun = overrunOn(from, { ordered, needed: held + asking, tolerance, overSince });
    overSince = overrun.overSince;
    limits.push({ on: from, limit: ordered + overrun.tolerated });
    if (tolerance === null || overSince === null) continue;
    const lapse = maxDate(from, lapsesOn(overSince, tolerance));
    if (until === null || lapse < until) limits.push({ on: lapse, limit: ordered });
  }
  return limits;
}

/** The timeline as half-open spans from today on; the last has no end. */
function spansFrom(timeline: readonly OrderedFrom[], today: LocalDate) {
  return timeline
    .map(({ from, ordered }, index) => ({
      from: maxDate(from, today),
      until: timeline[index + 1]?.from ?? null,
      ordered,
    }))
    .filter(({ until }) => until === null || until > today);
}
