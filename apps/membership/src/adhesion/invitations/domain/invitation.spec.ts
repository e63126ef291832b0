import { localDate } from '#libs/time';
import { checkReminder, type Invitation, isReminderDue, stateOf } from './invitation.js';

const campaign = { deadline: localDate('2022-01-15'), silentAfterDays: 21 };
const invited: Invitation = {
  invitationId: 'i',
  invitedOn: localDate('2021-11-15'),
  declinedOn: undefined,
  reminders: [],
  application: undefined,
};
const mail = (day: string) => ({
  remindedOn: localDate(day),
  channel: 'MAIL' as const,
  letterNumber: '',
});
const applied = (status: string, ...missing: string[]) => ({ membershipId: 'm', status, missing });

test.each([
  ['2021-12-05', 'INVITED', false],
  ['2021-12-06', 'SILENT', true],
  ['2022-01-15', 'SILENT', true],
  ['2022-01-16', 'SILENT', false],
] as const)('ADH-1: invited on 15 November, on %s it is %s', (on, state, due) => {
  expect(stateOf(invited, campaign, localDate(on))).toBe(state);
  expect(isReminderDue(invited, campaign, localDate(on))).toBe(due);
});

test('a reminder begins the wait anew', () => {
  const reminded = { ...invited, reminders: [mail('2021-12-06')] };
  expect(stateOf(reminded, campaign, localDate('2021-12-26'))).toBe('REMINDED');
  expect(stateOf(reminded, campaign, localDate('2021-12-27'))).toBe('SILENT');
});

test.each([
  [{ application: applied('APPLIED') }, 'APPLIED'],
  [{ application: applied('APPLIED', 'Il manque…') }, 'MISSING_PIECES'],
  [{ application: applied('ACTIVE') }, 'ACCEPTED'],
  [{ application: applied('REFUSED') }, 'REFUSED'],
  [{ declinedOn: localDate('2021-12-01') }, 'DECLINED'],
  [{ declinedOn: localDate('2021-12-01'), application: applied('APPLIED') }, 'APPLIED'],
])('%j is %s', (over, state) => {
  expect(stateOf({ ...invited, ...over }, campaign, localDate('2022-01-10'))).toBe(state);
});

test('who sent an incomplete application is reminded too, who answered is not', () => {
  const on = localDate('2022-01-10');
  const incomplete = { ...invited, application: applied('APPLIED', 'Il manque…') };
  expect(isReminderDue(incomplete, campaign, on)).toBe(true);
  expect(() => checkReminder(incomplete, campaign, mail('2022-01-10'), on)).not.toThrow();
  const complete = { ...invited, application: applied('APPLIED') };
  expect(isReminderDue(complete, campaign, on)).toBe(false);
  expect(() => checkReminder(complete, campaign, mail('2022-01-10'), on)).toThrow('a répondu');
});

test('a reminder lies between the invitation and today', () => {
  const on = localDate('2022-01-10');
  expect(() => checkReminder(invited, campaign, mail('2021-11-15'), on)).not.toThrow();
  expect(() => checkReminder(invited, campaign, mail('2021-11-14'), on)).toThrow('postérieure');
  expect(() => checkReminder(invited, campaign, mail('2022-01-11'), on)).toThrow('aujourd’hui');
});
