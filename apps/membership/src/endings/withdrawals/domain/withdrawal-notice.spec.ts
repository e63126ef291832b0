import { type LocalDate, localDate } from '#libs/time';
import {
  judgeNotice,
  judgeRevocation,
  type RegisteredLetter,
  type Withdrawer,
} from './withdrawal-notice.js';

const window = { opensOn: localDate('2024-05-19'), closesOn: localDate('2024-07-19') };
const member: Withdrawer = {
  status: 'ACTIVE',
  startsOn: localDate('2022-07-19'),
  endsOn: localDate('2026-07-19'),
  isCoordinator: false,
  hasGivenNotice: false,
};
const letter = (sentOn: string, receivedOn = sentOn): RegisteredLetter => ({
  number: '1A 001',
  sentOn: localDate(sentOn),
  receivedOn: localDate(receivedOn),
  document: {
    ...{ documentId: 'd-1', kind: 'LETTER', title: 'Retrait', sha256: '' },
    datedOn: localDate(sentOn),
  },
});
const late = localDate('2024-12-31');
const none: ReadonlySet<string> = new Set();

/** The day of effect, or the code of the refusal. */
function judged(
  over: Partial<Withdrawer>,
  sent: RegisteredLetter,
  today: LocalDate = late,
): string {
  try {
    return judgeNotice({ ...member, ...over }, window, sent, none, today);
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test.each([
  ['2022-07-19', 'WITHDRAWAL_TOO_EARLY'],
  ['2024-05-18', 'WITHDRAWAL_TOO_EARLY'],
  ['2024-05-19', '2024-07-19'],
  ['2024-07-18', '2024-07-19'],
  ['2024-07-19', 'WITHDRAWAL_WINDOW_CLOSED'],
])('WDR-1: a letter sent on %s: %s', (sentOn, outcome) => {
  expect(judged({}, letter(sentOn))).toBe(outcome);
});

test('WDR-1: too early says from which day to which day to send it, citing art. 3, and once that is over what it means', () => {
  const judge = (today: string) => () =>
    judgeNotice(member, window, letter('2024-05-18'), none, localDate(today));
  expect(judge('2024-07-18')).toThrow(
    'renvoyez la demande en recommandé entre le 19 mai 2024 et le 18 juillet 2024 inclus (convention, art. 3)',
  );
  expect(judge('2024-07-19')).toThrow(
    'n’est plus possible : le membre reste engagé jusqu’à la fin du marché (convention, art. 3)',
  );
});

test('WDR-1: too late says until when the member stays bound', () => {
  expect(() => judgeNotice(member, window, letter('2024-07-19'), none, late)).toThrow(
    /reste engagé jusqu’à la fin du marché \(convention, art\. 3\)/,
  );
});

test.each([
  ['2024-07-18', '2024-07-19'],
  ['2024-07-18', '2024-07-25'],
])('WDR-2: sent on %s and received on %s, it takes effect on the same date', (sent, received) => {
  expect(judged({}, letter(sent, received))).toBe('2024-07-19');
});

test.each([
  ['of the coordinator', { isCoordinator: true }, 'COORDINATOR_CANNOT_WITHDRAW'],
  ['given twice', { hasGivenNotice: true }, 'WITHDRAWAL_ALREADY_GIVEN'],
  ['of an accepted membership', { status: 'ACCEPTED' }, 'MEMBERSHIP_NOT_ACTIVE'],
  ['of an ended membership', { status: 'ENDED' }, 'MEMBERSHIP_ENDED'],
  [
    'of a membership that ends before by a judge',
    { endsOn: localDate('2024-06-30') },
    'MEMBERSHIP_ENDED',
  ],
  [
    'of a successor that began afterwards',
    { startsOn: localDate('2024-07-19') },
    'MEMBERSHIP_NOT_ACTIVE',
  ],
])('WDR-1: a notice %s is refused', (_name, over, code) => {
  expect(judged(over, letter('2024-06-03'))).toBe(code);
});

test('WDR-1: a letter leaves before it arrives, and has arrived', () => {
  expect(judged({}, letter('2024-06-03', '2024-06-02'))).toBe('LETTER_DATES_INVALID');
  expect(judged({}, letter('2024-06-03', '2024-06-05'), localDate('2024-06-04'))).toBe(
    'LETTER_DATES_INVALID',
  );
  expect(judged({}, { ...letter('2024-06-03'), number: ' ' })).toBe('LETTER_DATES_INVALID');
});

test('WDR-1: a market without a window refuses, whatever the day', () => {
  expect(() => judgeNotice(member, undefined, letter('2024-06-03'), none, late)).toThrow(
    'ne prévoit pas de retrait',
  );
});

test.each([
  ['2024-07-18', undefined],
  ['2024-07-19', 'WITHDRAWAL_IN_EFFECT'],
])('WDR-1: on %s a notice may be taken back: %s', (today, code) => {
  const notice = { takesEffectOn: window.closesOn, stands: true };
  const outcome = () => judgeRevocation(notice, letter('2024-07-17'), none, localDate(today));
  if (code === undefined) expect(outcome).not.toThrow();
  else expect(outcome).toThrow(expect.objectContaining({ code }));
});

test('WDR-1: what was not given, or was overtaken by an exclusion, is not taken back', () => {
  const refusal = expect.objectContaining({ code: 'WITHDRAWAL_NOT_GIVEN' });
  const taken = { takesEffectOn: window.closesOn, stands: false };
  const sent = letter('2024-06-03');
  expect(() => judgeRevocation(undefined, sent, none, localDate('2024-06-10'))).toThrow(refusal);
  expect(() => judgeRevocation(taken, sent, none, localDate('2024-06-10'))).toThrow(refusal);
});

test('WDR-1: a letter that withdrew cannot revoke, nor withdraw again once revoked', () => {
  const recorded = new Set([letter('2024-07-17').number]);
  const again = expect.objectContaining({ code: 'LETTER_ALREADY_RECORDED' });
  const notice = { takesEffectOn: window.closesOn, stands: true };
  const today = localDate('2024-07-17');
  expect(() => judgeNotice(member, window, letter('2024-07-17'), recorded, today)).toThrow(again);
  expect(() => judgeRevocation(notice, letter('2024-07-17'), recorded, today)).toThrow(again);
});
