import { contractYears, daysIn, localDate, periodOf } from '#libs/time';
import {
  BillingPeriodNotOver,
  billingPeriodEndingOn,
  billingPeriods,
  BillingPeriodUnknown,
  ensureOver,
} from './billing-period.js';

const ends = localDate('2026-07-19');
const years = contractYears(localDate('2022-07-19'), ends);

describe('billing periods', () => {
  test('BIL-3: are the quarters of each contract year', () => {
    expect(billingPeriods(years, ends, 'QUARTER').slice(0, 5)).toEqual([
      periodOf('2022-07-19', '2022-10-19'),
      periodOf('2022-10-19', '2023-01-19'),
      periodOf('2023-01-19', '2023-04-19'),
      periodOf('2023-04-19', '2023-07-19'),
      periodOf('2023-07-19', '2023-10-19'),
    ]);
    expect(billingPeriods(years, ends, 'YEAR')).toHaveLength(4);
  });

  test.each(['QUARTER', 'YEAR'] as const)(
    'cover the market without gap or overlap, by %s',
    (rhythm) => {
      const periods = billingPeriods(years, ends, rhythm);
      expect(periods.reduce((sum, period) => sum + daysIn(period), 0)).toBe(1461);
      for (const [index, period] of periods.slice(1).entries()) {
        expect(period.start).toBe(periods[index]?.end);
      }
    },
  );

  test('stop where a market ends inside a contract year', () => {
    const early = localDate('2022-12-01');
    const periods = billingPeriods(contractYears(localDate('2022-07-19'), early), early, 'QUARTER');
    expect(periods.at(-1)).toEqual(periodOf('2022-10-19', '2022-12-01'));
  });

  test('BILLING_PERIOD_UNKNOWN: names the nearest ends', () => {
    const periods = billingPeriods(years, ends, 'QUARTER');
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
