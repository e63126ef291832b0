import { addYears, daysIn, localDate, periodOf } from '#libs/time';
import { billingPeriodsOf, ownPeriodEndingOn, rhythmOn } from './billing-periods.js';
import type { RhythmFrom } from '#libs/trade';

const effectiveOn = localDate('2022-07-19');
const terms = {
  ...{ effectiveOn, endsOn: localDate('2026-07-19'), contractYearStarts: [] },
  rhythm: 'QUARTER',
} as const;
const from = (day: string, rhythm: RhythmFrom['rhythm']): RhythmFrom => ({
  from: localDate(day),
  rhythm,
});

describe('billing periods', () => {
  test('BIL-3: are the quarters of each contract year', () => {
    expect(billingPeriodsOf(terms).slice(0, 5)).toEqual([
      periodOf('2022-07-19', '2022-10-19'),
      periodOf('2022-10-19', '2023-01-19'),
      periodOf('2023-01-19', '2023-04-19'),
      periodOf('2023-04-19', '2023-07-19'),
      periodOf('2023-07-19', '2023-10-19'),
    ]);
    expect(billingPeriodsOf({ ...terms, rhythm: 'YEAR' })).toHaveLength(4);
  });

  test.each([
    ['by quarter', 'QUARTER', []],
    ['by year', 'YEAR', []],
    [
      'where the year was chosen for one',
      'QUARTER',
      [from('2023-07-19', 'YEAR'), from('2024-07-19', 'QUARTER')],
    ],
    ['where the day lies within a year', 'QUARTER', [from('2023-09-01', 'YEAR')]],
  ] as const)('cover the market without gap or overlap, %s', (_how, rhythm, chosen) => {
    const periods = billingPeriodsOf({ ...terms, rhythm }, chosen);
    expect(periods.reduce((sum, period) => sum + daysIn(period), 0)).toBe(1461);
    for (const [index, period] of periods.slice(1).entries()) {
      expect(period.start).toBe(periods[index]?.end);
    }
  });

  test('stop where a market ends inside a contract year', () => {
    const endsOn = localDate('2022-12-01');
    const chosen = [from('2022-07-19', 'YEAR')];
    expect(billingPeriodsOf({ ...terms, endsOn }).at(-1)).toEqual(
      periodOf('2022-10-19', '2022-12-01'),
    );
    expect(billingPeriodsOf({ ...terms, endsOn }, chosen)).toEqual([
      periodOf('2022-07-19', '2022-12-01'),
    ]);
  });
});

describe('BIL-3: a member that chose the year', () => {
  const chosen = [from('2023-07-19', 'YEAR')];
  const own = (day: string) => ownPeriodEndingOn(terms, chosen, localDate(day));

  test.each([
    ['keeps the quarters of the year before', '2023-07-19', '2023-04-19'],
    ['is invoiced for the whole year as it ends', '2024-07-19', '2023-07-19'],
  ])('%s', (_what, end, start) => {
    expect(own(end)).toEqual(periodOf(start, end));
  });

  test('has nothing due while its year goes on', () => {
    expect(own('2023-10-19')).toBeUndefined();
    expect(own('2024-04-19')).toBeUndefined();
  });

  test('says so of the days of that year', () => {
    const on = (day: string) => rhythmOn(terms, chosen, localDate(day));
    expect([on('2022-01-01'), on('2023-07-18'), on('2023-07-19'), on('2026-09-01')]).toEqual([
      ...['QUARTER', 'QUARTER', 'YEAR', 'YEAR'],
    ]);
  });

  test('has no other in a market by the year, and of a day what was told last', () => {
    const year = periodOf(effectiveOn, addYears(effectiveOn, 1));
    const other = [from('2022-07-19', 'QUARTER')];
    expect(ownPeriodEndingOn({ ...terms, rhythm: 'YEAR' }, other, year.end)).toEqual(year);
    const twice = [from('2022-07-19', 'YEAR'), from('2022-07-19', 'QUARTER')];
    expect(ownPeriodEndingOn(terms, twice, year.end)).toEqual(periodOf('2023-04-19', '2023-07-19'));
  });
});
