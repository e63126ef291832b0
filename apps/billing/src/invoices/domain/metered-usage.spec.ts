import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { addDays, eachDay, localDate, periodOf } from '#libs/time';
import { bySchool, byItem, certifies, type UsageOfSchool, within } from './metered-usage.js';

const period = periodOf('2022-07-19', '2022-10-19');
const usage: UsageOfSchool[] = [
  of('ELEVE', '0440290B', { '2022-07-19': 2, '2022-09-01': 5 }),
  of('ELEVE', '0440437L', { '2022-09-01': 3, '2022-10-18': 0 }),
  of('PERSONNEL', '0440290B', { '2022-10-09': 1 }),
];
const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');
const lines = [
  ...['ELEVE|0440290B|2022-07-19|2', 'ELEVE|0440290B|2022-09-01|5'],
  ...['ELEVE|0440437L|2022-09-01|3', 'ELEVE|0440437L|2022-10-18|0'],
  'PERSONNEL|0440290B|2022-10-09|1',
];
// 2 × 44 d + 5 × 48 d, 3 × 47 d, 1 × 10 d.
const certificate = {
  ...{ revision: 0, certifiedOn: localDate('2022-10-19'), positions: '0:1', sha256: 'any' },
  ...{ accountDays: 328n + 141n + 10n, usageSha256: sha256Of(lines.join('\n')) },
};

test('BIL-5: a certificate counts for the usage that it says, to the account and the day', () => {
  expect(certifies(certificate, usage, period, sha256Of)).toBe(true);
  const forged = { ...certificate, accountDays: 478n };
  expect(certifies(forged, usage, period, sha256Of)).toBe(false);
  const [first, ...rest] = usage;
  const oneMore = { ...first!, openAccounts: [{ from: period.start, quantity: 3 }] };
  expect(certifies(certificate, [oneMore, ...rest], period, sha256Of)).toBe(false);
  expect(certifies(certificate, rest, period, sha256Of)).toBe(false);
});

test('BIL-6: is told school by school, and priced item by item', () => {
  expect(bySchool(usage, period)).toEqual([
    { uai: '0440290B', accountDays: 338, openAtEnd: 6 },
    { uai: '0440437L', accountDays: 141, openAtEnd: 0 },
  ]);
  expect(byItem(usage, period)).toEqual([
    {
      itemCode: 'ELEVE',
      openAccounts: steps({ '2022-07-19': 2, '2022-09-01': 8, '2022-10-18': 5 }),
    },
    { itemCode: 'PERSONNEL', openAccounts: steps({ '2022-07-19': 0, '2022-10-09': 1 }) },
  ]);
});

test('MTR-3: of steps over years, a period has what it would have by itself', () => {
  const years = [
    {
      itemCode: 'ELEVE',
      openAccounts: steps({ '2021-01-01': 9, '2022-07-01': 2, '2022-09-01': 8, '2023-01-01': 1 }),
    },
    { itemCode: 'PERSONNEL', openAccounts: steps({ '2022-10-19': 4 }) },
  ];
  expect(within(years, period)).toEqual([
    { itemCode: 'ELEVE', openAccounts: steps({ '2022-07-19': 2, '2022-09-01': 8 }) },
  ]);
});

test('MTR-1: items and schools are two sums of the same days', () => {
  const place = fc.record({
    itemCode: fc.constantFrom('A', 'B'),
    uai: fc.constantFrom('x', 'y', 'z'),
    steps: fc.uniqueArray(fc.tuple(fc.nat(91), fc.nat(500)), { selector: ([day]) => day }),
  });
  const places = fc.uniqueArray(place, { selector: ({ itemCode, uai }) => `${itemCode} ${uai}` });
  fc.assert(
    fc.property(places, (told) => {
      const all = told.map(({ steps: days, ...rest }) => ({
        ...rest,
        openAccounts: days
          .sort(([a], [b]) => a - b)
          .map(([day, quantity]) => ({ from: addDays(period.start, day), quantity })),
      }));
      const bySchools = bySchool(all, period).reduce(
        (sum, { accountDays }) => sum + accountDays,
        0,
      );
      const items = byItem(all, period);
      const byDay = [...eachDay(period.start, period.end)].reduce(
        (sum, day) =>
          sum +
          items.reduce(
            (open, { openAccounts }) =>
              open + (openAccounts.filter(({ from }) => from <= day).at(-1)?.quantity ?? 0),
            0,
          ),
        0,
      );
      expect(byDay).toBe(bySchools);
    }),
  );
});

function steps(days: Record<string, number>) {
  return Object.entries(days).map(([from, quantity]) => ({ from: localDate(from), quantity }));
}
function of(itemCode: string, uai: string, days: Record<string, number>): UsageOfSchool {
  return { itemCode, uai, openAccounts: steps(days) };
}
