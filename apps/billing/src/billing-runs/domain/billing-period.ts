import { defineProblem } from '#libs/problems';
import { type LocalDate, type Period, frenchDate, frenchPeriod } from '#libs/time';

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
