import { addDays, type LocalDate } from '#libs/time';

/** `overQuota: TOLERATE` of a market (PRV-2): so much of O, in whole percent, for so many days. */
export type Tolerance = { readonly days: number; readonly percent: number };

/** An overrun of O: its first day (null: none), and the seats that may be held beyond O. */
export type Overrun = { readonly overSince: LocalDate | null; readonly tolerated: number };

/**
 * What is tolerated on a day (PRV-2). An overrun begins when more seats are needed than ordered and
 * the market tolerates at least one; it ends when O suffices for everybody, so that its days are
 * given once: who lost a tolerated seat does not get it back by waiting.
 */
export function overrunOn(
  on: LocalDate,
  pool: {
    readonly ordered: number;
    /** Seats held and asked for. */
    readonly needed: number;
    readonly tolerance: Tolerance | null;
    readonly overSince: LocalDate | null;
  },
): Overrun {
  const { ordered, needed, tolerance } = pool;
  if (tolerance === null || needed <= ordered) return { overSince: null, tolerated: 0 };
  // Whole seats, rounded down.
  const seats = Math.floor((ordered * tolerance.percent) / 100);
  const overSince = pool.overSince ?? (seats > 0 ? on : null);
  const lasts = overSince !== null && on < lapsesOn(overSince, tolerance);
  return { overSince, tolerated: lasts ? seats : 0 };
}

/** The first day on which an overrun is tolerated no more (half-open). */
export function lapsesOn(overSince: LocalDate, { days }: Tolerance): LocalDate {
  return addDays(overSince, days);
}
