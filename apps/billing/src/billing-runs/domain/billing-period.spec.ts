import { localDate, periodOf } from '#libs/time';
import {
  BillingPeriodNotOver,
  billingPeriodEndingOn,
  BillingPeriodUnknown,
  ensureOver,
} from './billing-period.js';

const periods = [
  periodOf('2022-07-19', '2022-10-19'),
  periodOf('2022-10-19', '2023-01-19'),
  periodOf('2023-01-19', '2023-04-19'),
];

describe('billing periods', () => {
  test('BILLING_PERIOD_UNKNOWN: names the nearest ends', () => {
    expect(billingPeriodEndingOn(periods, localDate('2022-10-19')).start).toBe('2022-07-19');
    expect(() => billingPeriodEndingOn(periods, localDate('2022-12-31'))).toThrow(
      BillingPeriodUnknown,
    );
    expect(() => billingPeriodEndingOn(periods, localDate('2022-12-31'))).toThrow(
      /19 octobre 2022 ou 19 janvier 2023/,
    );
  });

  test('BILLING_PERIOD_NOT_OVER: refuses to bill before the last day is over', () => {
    const period = periodOf('2022-07-19', '2022-10-19');
    expect(() => ensureOver(period, localDate('2022-10-18'))).toThrow(BillingPeriodNotOver);
    expect(() => ensureOver(period, localDate('2022-10-19'))).not.toThrow();
  });
});
