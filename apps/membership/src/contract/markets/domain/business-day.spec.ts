import { DomainError } from '#libs/problems';
import { localDate } from '#libs/time';
import { judgeDay, type ScheduledDays } from './business-day.js';

const on = localDate;
const today = on('2026-11-27');
const order = 'Ordre du 26 novembre 2026, n° 12';
const verdict = (date: string, current?: string, scheduled?: ScheduledDays) => {
  try {
    judgeDay(on(date), current === undefined ? undefined : on(current), scheduled);
    return 'begins';
  } catch (error) {
    return (error as DomainError).code;
  }
};
const by = (who: ScheduledDays['by'], writtenOrder = ''): ScheduledDays => ({
  today,
  by: who,
  writtenOrder,
});

test('MKT-4: without a scheduler any later day begins, and none goes back', () => {
  expect(verdict('2030-01-01', '2022-01-01')).toBe('begins');
  expect(verdict('2030-01-01')).toBe('begins');
  expect(verdict('2021-12-31', '2022-01-01')).toBe('DAY_ALREADY_PAST');
});

test.each<[string, string, string | undefined, ScheduledDays, string]>([
  ['the scheduler begins today', '2026-11-27', '2026-11-26', by('SCHEDULER'), 'begins'],
  ['and the first day of all', '2026-11-27', undefined, by('SCHEDULER'), 'begins'],
  ['seven days at once', '2026-11-27', '2026-11-20', by('SCHEDULER'), 'begins'],
  ['not eight', '2026-11-27', '2026-11-19', by('SCHEDULER'), 'TOO_MANY_DAYS_AT_ONCE'],
  ['nor tomorrow', '2026-11-28', '2026-11-27', by('SCHEDULER'), 'DAY_NOT_YET_COME'],
  ['nor back', '2026-11-25', '2026-11-26', by('SCHEDULER'), 'DAY_ALREADY_PAST'],
  [
    'nobody else begins one',
    '2026-11-27',
    '2026-11-26',
    by('ADMINISTRATOR'),
    'DAYS_START_BY_THEMSELVES',
  ],
  ['the player never', '2026-11-27', '2026-11-19', by('PLAYER', order), 'DAYS_START_BY_THEMSELVES'],
  ['an order lets eight begin', '2026-11-27', '2026-11-19', by('ADMINISTRATOR', order), 'begins'],
  ['never tomorrow', '2026-11-28', '2026-11-19', by('ADMINISTRATOR', order), 'DAY_NOT_YET_COME'],
])('MKT-4, with the scheduler on: %s', (_what, date, current, scheduled, expected) => {
  expect(verdict(date, current, scheduled)).toBe(expected);
});
