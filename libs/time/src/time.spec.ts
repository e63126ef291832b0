import * as fc from 'fast-check';
import {
  type LocalDate,
  addDays,
  addMonths,
  compareDates,
  contains,
  contractYearOf,
  contractYears,
  DateInvalid,
  daysBetween,
  daysIn,
  eachDay,
  dateInWords,
  frenchDate,
  frenchPeriod,
  fromDayNumber,
  intersection,
  isBefore,
  localDate,
  maxDate,
  minDate,
  overlaps,
  parisDateOf,
  PeriodInvalid,
  periodOf,
  splitAt,
  yearOf,
} from './index.js';

const anyDate = fc.integer({ min: 0, max: 40_000 }).map(fromDayNumber);

describe('a local date', () => {
  test.each([
    '2022-02-29',
    '2022-13-01',
    '2022-00-10',
    '2022-1-1',
    '19/07/2022',
    '',
    '2022-07-19T00',
  ])('refuses %p', (text) => {
    expect(() => localDate(text)).toThrow(DateInvalid);
  });

  test('knows the last day of each month, of whole centuries too', () => {
    for (let month = 0; month < 12 * 501; month += 1) {
      const last = new Date(Date.UTC(1900, month + 1, 0)).toISOString().slice(0, 10);
      expect(localDate(last)).toBe(last);
      const behind = `${last.slice(0, 8)}${Number(last.slice(8)) + 1}`;
      expect(() => localDate(behind)).toThrow(DateInvalid);
    }
  });

  test('goes forward and back by days across leap days and changes of hour', () => {
    expect(addDays(localDate('2024-02-28'), 1)).toBe('2024-02-29');
    expect(addDays(localDate('2022-03-26'), 2)).toBe('2022-03-28');
    expect(addDays(localDate('2022-10-30'), 1)).toBe('2022-10-31');
    expect(addDays(localDate('2023-01-01'), -1)).toBe('2022-12-31');
  });

  test('clamps months to the last day of a shorter one', () => {
    expect(addMonths(localDate('2022-11-30'), 3)).toBe('2023-02-28');
    expect(addMonths(localDate('2024-03-31'), -1)).toBe('2024-02-29');
    expect(addMonths(localDate('2022-01-15'), -1)).toBe('2021-12-15');
    expect(addMonths(localDate('2022-07-19'), 48)).toBe('2026-07-19');
  });

  test('counts, compares and orders', () => {
    const [early, late] = [localDate('2022-07-19'), localDate('2022-10-19')];
    expect(daysBetween(early, late)).toBe(92);
    expect(compareDates(early, late)).toBe(-1);
    expect(isBefore(early, late)).toBe(true);
    expect(minDate(late, early)).toBe(early);
    expect(maxDate(early, late)).toBe(late);
    expect(yearOf(early)).toBe(2022);
  });

  test('adding the days between two dates leads from one to the other', () => {
    fc.assert(fc.property(anyDate, anyDate, (a, b) => addDays(a, daysBetween(a, b)) === b));
  });
});

describe('a period', () => {
  const quarter = periodOf('2022-07-19', '2022-10-19');

  test('MKT-2: holds its first day and not its end', () => {
    expect(contains(quarter, localDate('2022-07-19'))).toBe(true);
    expect(contains(quarter, localDate('2022-10-18'))).toBe(true);
    expect(contains(quarter, localDate('2022-10-19'))).toBe(false);
  });

  test('refuses to be empty or reversed', () => {
    expect(() => periodOf('2022-07-19', '2022-07-19')).toThrow(PeriodInvalid);
  });

  test('meets another only where both have days', () => {
    expect(overlaps(quarter, periodOf('2022-10-19', '2023-01-19'))).toBe(false);
    expect(intersection(quarter, periodOf('2022-10-19', '2023-01-19'))).toBeUndefined();
    expect(intersection(quarter, periodOf('2022-09-01', '2023-09-01'))).toEqual(
      periodOf('2022-09-01', '2022-10-19'),
    );
  });

  test('split anywhere keeps its days', () => {
    fc.assert(
      fc.property(
        fc.array(anyDate),
        anyDate,
        fc.integer({ min: 1, max: 800 }),
        (cuts, start, length) => {
          const period = { start, end: addDays(start, length) };
          const parts = splitAt(period, cuts);
          expect(parts.reduce((sum, part) => sum + daysIn(part), 0)).toBe(length);
          expect(parts[0]?.start).toBe(period.start);
          expect(parts.at(-1)?.end).toBe(period.end);
        },
      ),
    );
  });

  test('gives each of its days once', () => {
    expect([...eachDay(localDate('2024-02-28'), localDate('2024-03-02'))]).toEqual([
      '2024-02-28',
      '2024-02-29',
      '2024-03-01',
    ]);
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -3, max: 800 }), (start, days) => {
        const each = Array.from({ length: Math.max(0, days) }, (_, n) => addDays(start, n));
        expect([...eachDay(start, addDays(start, days))]).toEqual(each);
      }),
    );
  });
});

describe('contract years', () => {
  test('MKT-3: e-primo-2022 has years of 365, 366, 365 and 365 days', () => {
    const years = contractYears(localDate('2022-07-19'), localDate('2026-07-19'));
    expect(years.map(({ start, days }) => [start, days])).toEqual([
      ['2022-07-19', 365],
      ['2023-07-19', 366],
      ['2024-07-19', 365],
      ['2025-07-19', 365],
    ]);
  });

  test('finds the year of any day', () => {
    const start = localDate('2022-07-19');
    const yearIndex = (text: string) => contractYearOf(start, localDate(text)).index;
    expect(['2022-07-19', '2023-07-18', '2023-07-19', '2024-01-01'].map(yearIndex)).toEqual([
      1, 1, 2, 2,
    ]);
    expect(() => contractYearOf(start, localDate('2022-07-18'))).toThrow(RangeError);
  });
});

describe('the day in Paris', () => {
  test.each<[string, string]>([
    ['2022-07-18T21:59:59Z', '2022-07-18'],
    ['2022-07-18T22:00:00Z', '2022-07-19'],
    ['2022-12-31T22:59:59Z', '2022-12-31'],
    ['2022-12-31T23:00:00Z', '2023-01-01'],
  ])('at %s is %s', (instant, day) => {
    expect(parisDateOf(new Date(instant))).toBe(day as LocalDate);
  });
});

describe('a date in French', () => {
  test('names the month, and the first of it as 1er', () => {
    expect(frenchDate(localDate('2022-07-19'))).toBe('19 juillet 2022');
    expect(frenchDate(localDate('2022-09-01'))).toBe('1er septembre 2022');
    expect(frenchPeriod(periodOf('2022-07-19', '2022-10-19'))).toBe(
      'du 19 juillet 2022 au 18 octobre 2022',
    );
  });
});

test.each([
  ['2024-07-03', '3 juillet 2024'],
  ['2024-07-01 08:05', '1er juillet 2024 à 08:05'],
  ['2024-07-01T08:05:09.123Z', '1er juillet 2024 à 08:05'],
  ['2016-13-28', '2016-13-28'],
  ['le 2024-07-03', 'le 2024-07-03'],
  ['', ''],
])('says %j in words where it is a date', (text, words) => {
  expect(dateInWords(text)).toBe(words);
});
