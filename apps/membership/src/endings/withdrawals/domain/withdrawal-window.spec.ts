import { addDays, type LocalDate, localDate } from '#libs/time';
import { nextDayOfReminders, remindersDue, windowOf } from './withdrawal-notice.js';

const terms = {
  effectiveOn: localDate('2022-07-19'),
  endsOn: localDate('2026-07-19'),
  lockInMonths: 24,
  noticeWindowMonths: 2,
};
const window = { opensOn: localDate('2024-05-19'), closesOn: localDate('2024-07-19') };

test('WDR-1: the window is the two months before the end of the first 24', () => {
  expect(windowOf(terms)).toEqual(window);
});

test('WDR-1: the window is the market’s, not the code’s', () => {
  const other = { ...terms, effectiveOn: localDate('2026-08-31'), endsOn: localDate('2029-08-31') };
  expect(windowOf({ ...other, lockInMonths: 18, noticeWindowMonths: 3 })).toEqual({
    opensOn: '2027-11-29',
    closesOn: '2028-02-29',
  });
});

test.each([
  ['whose lock-in lasts as long as the market', { lockInMonths: 48 }],
  ['whose lock-in lasts longer', { lockInMonths: 60 }],
  ['without months of notice', { noticeWindowMonths: 0 }],
])('WDR-1: a market %s knows no withdrawal', (_name, over) => {
  expect(windowOf({ ...terms, ...over })).toBeUndefined();
});

test.each([
  ['2024-02-18', []],
  ['2024-02-19', ['FIVE_MONTHS']],
  ['2024-05-18', ['FIVE_MONTHS']],
  ['2024-05-19', ['FIVE_MONTHS', 'TWO_MONTHS']],
  ['2024-07-03', ['FIVE_MONTHS', 'TWO_MONTHS']],
  ['2024-07-04', ['FIVE_MONTHS', 'TWO_MONTHS', 'FIFTEEN_DAYS']],
  ['2024-07-18', ['FIVE_MONTHS', 'TWO_MONTHS', 'FIFTEEN_DAYS']],
  ['2024-07-19', []],
])('WDR-1: by %s the reminders %j have fallen due', (today, kinds) => {
  expect(remindersDue(window, localDate(today)).map(({ kind }) => kind)).toEqual(kinds);
});

test('WDR-1: from any day, the next day of reminders is the first on which any is due', () => {
  const firstAfter = (day: LocalDate): LocalDate | undefined => {
    for (let next = addDays(day, 1); next < addDays(window.closesOn, 5); next = addDays(next, 1))
      if (remindersDue(window, next).length > 0) return next;
    return undefined;
  };
  for (let day = localDate('2024-02-10'); day < '2024-07-25'; day = addDays(day, 1))
    expect([day, nextDayOfReminders(window, day)]).toEqual([day, firstAfter(day)]);
  expect(nextDayOfReminders(window, localDate('2021-11-15'))).toBe('2024-02-19');
});
