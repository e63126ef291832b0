import { type LocalDate, type Period, addDays, intersection, localDate, yearOf } from '#libs/time';

export type HorizonName = 'CIVIL_YEAR' | 'MEMBERSHIP';
export type Horizon = { readonly name: HorizonName; readonly period: Period };

/** Sums in cents, as an invoice has them. */
export type Amounts = {
  readonly netCents: bigint;
  readonly vatCents: bigint;
  readonly totalCents: bigint;
};

export const nothing: Amounts = { netCents: 0n, vatCents: 0n, totalCents: 0n };

/**
 * The days whose cost is still open, to 31 December of this year (a budget is a civil year's) and to
 * the end of the membership. What is invoiced is left out, and so is a horizon without any day.
 */
export function horizonsOf(
  membership: Period,
  invoicedUntil: LocalDate | null,
  today: LocalDate,
): Horizon[] {
  const start =
    invoicedUntil !== null && invoicedUntil > membership.start ? invoicedUntil : membership.start;
  const yearEnd = addDays(localDate(`${yearOf(today)}-12-31`), 1);
  const ends: readonly [HorizonName, LocalDate][] = [
    ['CIVIL_YEAR', yearEnd < membership.end ? yearEnd : membership.end],
    ['MEMBERSHIP', membership.end],
  ];
  return ends
    .filter(([, end]) => start < end)
    .map(([name, end]) => ({ name, period: { start, end } }));
}

/**
 * What the invoices of these days would say together. Each billing period is priced on its own, as
 * its invoice will be, since every line is rounded once (BIL-3); only the last one may be cut short.
 */
export function costOf(
  days: Period,
  billingPeriods: readonly Period[],
  price: (period: Period) => Amounts,
): Amounts {
  return billingPeriods
    .flatMap((period) => intersection(period, days) ?? [])
    .map(price)
    .reduce(
      (sum, one) => ({
        netCents: sum.netCents + one.netCents,
        vatCents: sum.vatCents + one.vatCents,
        totalCents: sum.totalCents + one.totalCents,
      }),
      nothing,
    );
}
