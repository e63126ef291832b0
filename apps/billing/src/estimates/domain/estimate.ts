import {
  type LocalDate,
  type Period,
  addDays,
  contains,
  intersection,
  localDate,
  minDate,
  splitAt,
  yearOf,
} from '#libs/time';

export type HorizonName = 'CIVIL_YEAR' | 'MEMBERSHIP';
export type Horizon = { readonly name: HorizonName; readonly period: Period };

/** Sums in cents, as an invoice has them. */
export type Amounts = {
  readonly netCents: bigint;
  readonly vatCents: bigint;
  readonly totalCents: bigint;
};

export const zeroAmounts: Amounts = { netCents: 0n, vatCents: 0n, totalCents: 0n };

/**
 * Whether what is priced by orders is the most that it may be, but for the rounding of lines: U is never above O as known
 * on the day (MTR-1), so max(C, U) is never above max(C, O). With a floor of the total the shortfall may fall to a dearer
 * item than was ordered (BIL-1b): nothing is promised then.
 */
export const isUpperBound = (terms: {
  readonly basis: 'ORDERED' | 'METERED';
  readonly floorScope: 'ITEM' | 'TOTAL';
}): boolean => terms.basis === 'METERED' && terms.floorScope === 'ITEM';

/**
 * The days whose cost is still open, to 31 December of this year (a budget is a civil year's) and to the end of the
 * membership, from the first one that no invoice covers; a horizon without any such day is left out.
 */
export function horizonsOf(
  membership: Period,
  invoiced: readonly Period[],
  today: LocalDate,
): Horizon[] {
  const start = firstOpenDay(membership, invoiced);
  const yearEnd = addDays(localDate(`${yearOf(today)}-12-31`), 1);
  const ends: readonly [HorizonName, LocalDate][] = [
    ['CIVIL_YEAR', yearEnd < membership.end ? yearEnd : membership.end],
    ['MEMBERSHIP', membership.end],
  ];
  return ends
    .filter(([, end]) => start < end)
    .map(([name, end]) => ({ name, period: { start, end } }));
}

/** The first day of the membership that no invoice covers; its end where all are. `invoiced` ascends, merged. */
export function firstOpenDay({ start, end }: Period, invoiced: readonly Period[]): LocalDate {
  const covering = invoiced.find((days) => contains(days, start));
  return minDate(covering?.end ?? start, end);
}

/**
 * What the invoices of these days would say together. Each billing period is priced on its own, as its invoice will
 * be, since every line is rounded once (BIL-3); only the last one may be cut short. Days that are invoiced are left out,
 * a period that was passed over while a later one was invoiced is not.
 */
export function costOf(
  days: Period,
  billingPeriods: readonly Period[],
  invoiced: readonly Period[],
  price: (period: Period) => Amounts,
): Amounts {
  return billingPeriods
    .flatMap((period) => intersection(period, days) ?? [])
    .flatMap((period) => notCovered(period, invoiced))
    .map(price)
    .reduce(
      (sum, one) => ({
        netCents: sum.netCents + one.netCents,
        vatCents: sum.vatCents + one.vatCents,
        totalCents: sum.totalCents + one.totalCents,
      }),
      zeroAmounts,
    );
}

/** The days of a period that no invoice covers. */
export function notCovered(period: Period, invoiced: readonly Period[]): Period[] {
  const bounds = invoiced.flatMap(({ start, end }) => [start, end]);
  return splitAt(period, bounds).filter(
    (part) => !invoiced.some((taken) => contains(taken, part.start)),
  );
}
