import { defineProblem } from '#libs/problems';
import {
  type ContractYear,
  type LocalDate,
  type Period,
  addMonths,
  frenchDate,
  frenchPeriod,
  minDate,
} from '#libs/time';

/** How often a market invoices: by quarter of the contract year, or once for the year (BIL-3). */
export type BillingRhythm = 'QUARTER' | 'YEAR';

export class BillingPeriodUnknown extends defineProblem('BILLING_PERIOD_UNKNOWN', 'invalid') {
  constructor(endsOn: LocalDate, nearest: readonly LocalDate[]) {
    super(
      `Aucune période de facturation ne se termine le ${frenchDate(endsOn)} (premier jour non facturé) : choisissez ${nearest.map(frenchDate).join(' ou ')}.`,
      { periodEndsOn: endsOn, nearest },
    );
  }
}

export class BillingPeriodNotOver extends defineProblem('BILLING_PERIOD_NOT_OVER', 'conflict') {
  constructor(period: Period, today: LocalDate) {
    super(
      `La période ${frenchPeriod(period)} n’est pas terminée : elle se facture à terme échu, à partir du ${frenchDate(period.end)}.`,
      { periodEndsOn: period.end, today },
    );
  }
}

/** The billing periods of the whole market, in order: together they cover it, each day once. */
export function billingPeriods(
  contractYears: readonly ContractYear[],
  marketEndsOn: LocalDate,
  rhythm: BillingRhythm,
): Period[] {
  const months = rhythm === 'QUARTER' ? [0, 3, 6, 9] : [0];
  return contractYears.flatMap((year) => {
    const end = minDate(year.end, marketEndsOn);
    const starts = months.map((m) => addMonths(year.start, m)).filter((start) => start < end);
    return starts.map((start, index) => ({ start, end: starts[index + 1] ?? end }));
  });
}

/** The period whose first unbilled day is given; BillingPeriodUnknown names the nearest ones. */
export function billingPeriodEndingOn(periods: readonly Period[], endsOn: LocalDate): Period {
  const found = periods.find((period) => period.end === endsOn);
  if (found !== undefined) return found;
  const before = periods.filter((period) => period.end < endsOn).at(-1);
  const after = periods.find((period) => period.end > endsOn);
  throw new BillingPeriodUnknown(
    endsOn,
    [before, after].flatMap((period) => (period === undefined ? [] : [period.end])),
  );
}

/** Billing is in arrears: throws BillingPeriodNotOver before the day after the period. */
export function ensureOver(period: Period, today: LocalDate): void {
  if (today < period.end) throw new BillingPeriodNotOver(period, today);
}
