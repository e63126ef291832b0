import { addDays, intersection, type LocalDate, localDate, minDate, type Period } from '#libs/time';
import { type Amounts, notCovered, zeroAmounts } from './estimate.js';

/** What was issued for a billing period, credit notes taken off. */
export type IssuedAmounts = Amounts & { readonly period: Period };

/** A price with the lines that make it, in words. */
export type Priced = Amounts & { readonly lines: readonly string[] };

/** Of one billing period, or of its days before the year's end: what is owed, and was not invoiced by then. */
export type AccruedPeriod = {
  readonly period: Period;
  readonly owed: Priced;
  readonly invoiced: Amounts;
  readonly accrued: Amounts;
};

export type YearEndTerms = {
  /** The days of the membership. */
  readonly membership: Period;
  readonly billingPeriods: readonly Period[];
};

/** A civil year: what a budget is of. */
export const civilYear = (year: number): Period => ({
  start: localDate(`${year}-01-01`),
  end: addDays(localDate(`${year}-12-31`), 1),
});

/**
 * What is accrued at the end of a civil year (BIL-9): for each billing period begun before, what its days until then owe
 * less what was invoiced of it by then. Each period is priced on its own, as its invoice (BIL-3). Periods that are square
 * are left out. `issued`: by 31 December alone, ascending. Throws what `price` throws.
 */
export function accruedAt(
  year: number,
  { membership, billingPeriods }: YearEndTerms,
  issued: readonly IssuedAmounts[],
  price: (period: Period) => Priced,
): AccruedPeriod[] {
  const { end } = civilYear(year);
  const invoiced = issued.filter(({ period }) => period.start < end);
  const covered = invoiced.map(({ period }) => period);
  const open = billingPeriods
    .flatMap(
      (period) => intersection(period, { ...membership, end: minDate(membership.end, end) }) ?? [],
    )
    .flatMap((period) => notCovered(period, covered))
    .map((period) => ({ period, ...zeroAmounts }));
  return [...invoiced, ...open]
    .sort((left, right) => (left.period.start < right.period.start ? -1 : 1))
    .map(({ period, netCents, vatCents, totalCents }): AccruedPeriod => {
      const days = { start: period.start, end: minDate(period.end, end) };
      const owed = price(days);
      const already = { netCents, vatCents, totalCents };
      return { period: days, owed, invoiced: already, accrued: less(owed, already) };
    })
    .filter(({ accrued }) => accrued.netCents !== 0n || accrued.vatCents !== 0n);
}

/** The days of a civil year that are still to be served or were, billing period by billing period: what a budget provides. */
export function periodsOfYear(
  year: number,
  { membership, billingPeriods }: YearEndTerms,
): Period[] {
  const days = intersection(membership, civilYear(year));
  if (days === undefined) return [];
  return billingPeriods.flatMap((period) => intersection(period, days) ?? []);
}

export const sumOf = (amounts: readonly Amounts[]): Amounts =>
  amounts.reduce<Amounts>(
    (sum, one) => ({
      netCents: sum.netCents + one.netCents,
      vatCents: sum.vatCents + one.vatCents,
      totalCents: sum.totalCents + one.totalCents,
    }),
    zeroAmounts,
  );

const less = (left: Amounts, right: Amounts): Amounts => ({
  netCents: left.netCents - right.netCents,
  vatCents: left.vatCents - right.vatCents,
  totalCents: left.totalCents - right.totalCents,
});

/** Whether the days of the year are over: before, what comes may change it. */
export const isOver = (year: number, today: LocalDate): boolean => today >= civilYear(year).end;
