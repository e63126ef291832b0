import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, daysIn, localDate, type Period, periodOf } from '#libs/time';
import { accruedAt, type IssuedAmounts, periodsOfYear, sumOf } from './year-end.js';

const quarters = [
  periodOf('2022-07-19', '2022-10-19'),
  periodOf('2022-10-19', '2023-01-19'),
  periodOf('2023-01-19', '2023-04-19'),
];
const membership = periodOf('2022-07-19', '2023-04-19');
const of = { membership, billingPeriods: quarters };
/** A euro a day, without VAT. */
const price = (period: Period) => {
  const cents = BigInt(daysIn(period)) * 100n;
  return { netCents: cents, vatCents: 0n, totalCents: cents, lines: [] };
};
const issuedFor = (period: Period, cents: bigint): IssuedAmounts => ({
  ...{ period, netCents: cents, vatCents: 0n, totalCents: cents },
});

test('BIL-9: what was credited is owed again, what was invoiced too much is taken off', () => {
  const first = quarters[0]!;
  const accrued = (cents: bigint) =>
    accruedAt(2022, of, [issuedFor(first, cents)], price).map((one) => one.accrued.netCents);
  // Of 92 and 74 days; the first invoiced whole, credited whole, and 1 € too much.
  expect(accrued(9200n)).toEqual([7400n]);
  expect(accrued(0n)).toEqual([9200n, 7400n]);
  expect(accrued(9300n)).toEqual([-100n, 7400n]);
});

test('BIL-9: accrued and invoiced are what the days until 31 December owe, whatever was invoiced and however long the membership', () => {
  const days = fc.integer({ min: 0, max: 273 });
  fc.assert(
    fc.property(days, days, fc.array(fc.nat(2)), fc.bigInt(-500n, 500n), (a, b, invoiced, off) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
      const start = localDate('2022-07-19');
      const own = { start: addDays(start, from), end: addDays(start, to) };
      const issued = [...new Set(invoiced)]
        .sort()
        .map((at) => quarters[at]!)
        .filter((one) => one.end <= '2023-01-01')
        .map((one) => issuedFor(one, off));
      const within = (period: Period) => {
        const [first, last] = [
          period.start > own.start ? period.start : own.start,
          period.end < own.end ? period.end : own.end,
        ];
        return first < last
          ? price({ start: first, end: last })
          : { ...price(period), netCents: 0n, totalCents: 0n };
      };
      const found = accruedAt(2022, { membership: own, billingPeriods: quarters }, issued, within);
      const owed = within({
        start: localDate('2022-01-01'),
        end: localDate('2023-01-01'),
      }).netCents;
      const already = sumOf(issued).netCents;
      expect(sumOf(found.map((one) => one.accrued)).netCents).toBe(owed - already);
    }),
  );
});

test('BIL-9: a year’s budget is of its days alone', () => {
  expect(periodsOfYear(2023, of)).toEqual([
    periodOf('2023-01-01', '2023-01-19'),
    periodOf('2023-01-19', '2023-04-19'),
  ]);
  expect(periodsOfYear(2024, of)).toEqual([]);
});
