import { localDate } from '#libs/time';
import { nextTermsReminderAfter, termsReminderOn } from './terms-campaign.js';

test.each([
  ['2026-10-01', 'THREE_MONTHS'],
  ['2026-12-01', 'ONE_MONTH'],
  ['2026-12-17', 'FIFTEEN_DAYS'],
])('ADH-1: members are reminded on %s of what the next year lacks', (day, kind) => {
  const dueOn = localDate(day);
  expect(termsReminderOn(dueOn)).toEqual({ kind, dueOn, yearBeginsOn: localDate('2027-01-01') });
});

test.each([
  ['2026-09-30', '2026-10-01'],
  ['2026-10-01', '2026-12-01'],
  ['2026-12-16', '2026-12-17'],
  ['2026-12-17', '2027-10-01'],
  ['2027-01-01', '2027-10-01'],
])('ADH-1: on no day between: after %s on %s', (day, next) => {
  expect(nextTermsReminderAfter(localDate(day))).toBe(next);
});

test('ADH-1: nobody is reminded on any other day', () => {
  expect(
    ['2026-09-30', '2026-12-31', '2027-01-01'].map((day) => termsReminderOn(localDate(day))),
  ).toEqual([undefined, undefined, undefined]);
});
