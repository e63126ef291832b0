import { localDate, periodOf } from '#libs/time';
import { costOf, horizonsOf } from './estimate.js';

const market = periodOf('2022-07-19', '2026-07-19');

test.each([
  ['nothing is invoiced', null, '2022-10-03', '2022-07-19', '2023-01-01'],
  ['a quarter is invoiced', '2022-10-19', '2022-11-03', '2022-10-19', '2023-01-01'],
  ['31 December itself counts', '2022-10-19', '2022-12-31', '2022-10-19', '2023-01-01'],
  [
    'days of last year are not invoiced yet',
    '2022-10-19',
    '2023-01-01',
    '2022-10-19',
    '2024-01-01',
  ],
])('BIL-3: open days when %s', (_case, invoicedUntil, today, start, yearEnd) => {
  const invoiced = invoicedUntil === null ? [] : [periodOf('2022-07-19', invoicedUntil)];
  expect(horizonsOf(market, invoiced, localDate(today))).toEqual([
    { name: 'CIVIL_YEAR', period: { start, end: yearEnd } },
    { name: 'MEMBERSHIP', period: { start, end: '2026-07-19' } },
  ]);
});

test('BIL-3: the civil year stops with the membership, and a horizon without open day is left out', () => {
  const leaving = periodOf('2022-07-19', '2024-07-19');
  expect(
    horizonsOf(leaving, [periodOf('2022-07-19', '2024-04-19')], localDate('2024-05-02')),
  ).toEqual([
    { name: 'CIVIL_YEAR', period: { start: '2024-04-19', end: '2024-07-19' } },
    { name: 'MEMBERSHIP', period: { start: '2024-04-19', end: '2024-07-19' } },
  ]);
  expect(
    horizonsOf(leaving, [periodOf('2022-07-19', '2024-07-19')], localDate('2024-08-02')),
  ).toEqual([]);
  const later = periodOf('2024-01-01', '2026-07-19');
  expect(horizonsOf(later, [], localDate('2023-11-02')).map(({ name }) => name)).toEqual([
    'MEMBERSHIP',
  ]);
});

test('BIL-3: each billing period is priced on its own, the last one cut short', () => {
  const quarters = [
    periodOf('2022-07-19', '2022-10-19'),
    periodOf('2022-10-19', '2023-01-19'),
    periodOf('2023-01-19', '2023-04-19'),
  ];
  const priced: string[] = [];
  const sum = costOf(periodOf('2022-10-19', '2023-02-01'), quarters, [], ({ start, end }) => {
    priced.push(`${start} ${end}`);
    return { netCents: 100n, vatCents: 20n, totalCents: 120n };
  });
  expect(priced).toEqual(['2022-10-19 2023-01-19', '2023-01-19 2023-02-01']);
  expect(sum).toEqual({ netCents: 200n, vatCents: 40n, totalCents: 240n });
});

test('BIL-3: a quarter that was left out while the next was invoiced is still to be paid', () => {
  const quarters = [
    periodOf('2022-07-19', '2022-10-19'),
    periodOf('2022-10-19', '2023-01-19'),
    periodOf('2023-01-19', '2023-04-19'),
  ];
  const invoiced = [periodOf('2022-10-19', '2023-01-19')];
  const [horizon] = horizonsOf(market, invoiced, localDate('2023-01-19'));
  expect(horizon?.period).toEqual({ start: '2022-07-19', end: '2024-01-01' });
  const priced: string[] = [];
  costOf(horizon!.period, quarters, invoiced, ({ start, end }) => {
    priced.push(`${start} ${end}`);
    return { netCents: 0n, vatCents: 0n, totalCents: 0n };
  });
  expect(priced).toEqual(['2022-07-19 2022-10-19', '2023-01-19 2023-04-19']);
});
