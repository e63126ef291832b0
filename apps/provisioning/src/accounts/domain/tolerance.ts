import { addDays, type LocalDate } from '#libs/time';

/** `overQuota: TOLERATE` of a market (PRV-2): so much of O, in whole percent, for so many days. */
export type Tolerance = { readonly days: number; readonly percent: number };

/** Seats that may be held beyond O while an overrun is tolerated: whole seats, rounded down. */
export function toleratedSeats(ordered: bigint, tolerance: Tolerance | null): bigint {
  return tolerance === null ? 0n : (ordered * BigInt(tolerance.percent)) / 100n;
}

/** The first day on which an overrun is tolerated no more: half-open. */
export function lapsesOn(overSince: LocalDate, { days }: Tolerance): LocalDate {
  return addDays(overSince, days);
}
