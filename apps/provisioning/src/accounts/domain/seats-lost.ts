import type { LocalDate } from '#libs/time';
import { lapsesOn, toleratedSeats, type Tolerance } from './tolerance.js';

/** O from a day on, until the next one. */
export type OrderedFrom = { readonly from: LocalDate; readonly ordered: bigint };

export type PoolToday = {
  readonly held: bigint;
  readonly waiting: bigint;
  readonly tolerance: Tolerance | null;
  /** First day of the overrun under way; null: none. */
  readonly overSince: LocalDate | null;
};

/**
 * Of the seats held today, the most that are too many on any day from `today` on, if O followed the
 * timeline (days ascending; what lies before its first day is not asked about), at least 0 (PRV-7).
 */
export function seatsLost(
  pool: PoolToday,
  timeline: readonly OrderedFrom[],
  today: LocalDate,
): bigint {
  let lost = 0n;
  let overSince = pool.overSince;
  for (const { from, until, ordered } of spansFrom(timeline, today)) {
    overSince = pool.held + pool.waiting > ordered ? (overSince ?? from) : null;
    const excess = pool.held - ordered - toleratedToTheEnd(pool, overSince, until, ordered);
    if (excess > lost) lost = excess;
  }
  return lost;
}

/** Seats beyond O that would last through a whole span: none where the tolerance lapses within it. */
function toleratedToTheEnd(
  { tolerance }: PoolToday,
  overSince: LocalDate | null,
  until: LocalDate | null,
  ordered: bigint,
): bigint {
  if (tolerance === null || overSince === null || until === null) return 0n;
  return until <= lapsesOn(overSince, tolerance) ? toleratedSeats(ordered, tolerance) : 0n;
}

/** The timeline as half-open spans from today on; the last has no end. */
function spansFrom(timeline: readonly OrderedFrom[], today: LocalDate) {
  return timeline
    .map(({ from, ordered }, index) => ({
      from: from < today ? today : from,
      until: timeline[index + 1]?.from ?? null,
      ordered,
    }))
    .filter(({ until }) => until === null || until > today);
}
