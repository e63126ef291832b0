import { localDate } from '#libs/time';
import { checkLetterDates } from '#libs/trade';
import { missingPieces, timelinessOf } from './application.js';

const letter = (sentOn: string, receivedOn: string) => ({
  number: '1A 000 000 0001 2',
  sentOn: localDate(sentOn),
  receivedOn: localDate(receivedOn),
});
const deadline = localDate('2022-01-15');

test.each([
  ['sent and received on the last day', '2022-01-15', '2022-01-15', 'SENT', 'IN_TIME'],
  [
    'sent in time, received the day after',
    '2022-01-15',
    '2022-01-16',
    'SENT',
    'COORDINATOR_DECIDES',
  ],
  ['sent the day after', '2022-01-16', '2022-01-18', 'SENT', 'LATE'],
  [
    'received the day after, where reception counts',
    '2022-01-14',
    '2022-01-16',
    'RECEIVED',
    'LATE',
  ],
] as const)('ADH-3: a letter %s', (_name, sentOn, receivedOn, basis, verdict) => {
  const timeliness = timelinessOf(letter(sentOn, receivedOn), deadline, basis);
  expect(timeliness.verdict).toBe(verdict);
  if (verdict === 'LATE') expect(timeliness.reasons[0]).toMatch(/art\. [26]/);
  if (verdict === 'COORDINATOR_DECIDES') {
    expect(timeliness.reasons.join(' ')).toMatch(/art\. 6.*art\. 2/);
  }
});

test('ADH-3: a letter has a number, leaves before it arrives, and has arrived', () => {
  const today = localDate('2022-01-14');
  expect(() => checkLetterDates(letter('2022-01-12', '2022-01-14'), today)).not.toThrow();
  expect(() => checkLetterDates(letter('2022-01-14', '2022-01-12'), today)).toThrow(
    'dans cet ordre',
  );
  expect(() => checkLetterDates(letter('2022-01-12', '2022-01-15'), today)).toThrow('aujourd’hui');
  expect(() =>
    checkLetterDates({ ...letter('2022-01-12', '2022-01-14'), number: ' ' }, today),
  ).toThrow();
});

test('ADH-2: a complete application holds convention, délibération and a verified annex 2', () => {
  const documents = (...kinds: string[]) =>
    kinds.map((kind) => ({ kind, title: kind, sha256: '', datedOn: '2022-01-10' }));
  expect(
    missingPieces('COMMUNE', documents('CONVENTION', 'DELIBERATION', 'ANNEXE2'), true),
  ).toEqual([]);
  expect(missingPieces('COMMUNE', documents('CONVENTION'), false)).toEqual([
    expect.stringContaining('délibération'),
    expect.stringContaining('annexe 2'),
    expect.stringContaining('seconde personne'),
  ]);
});

test('ADH-2: the rectorat has no délibération, and its annex 2 is optional', () => {
  const convention = { kind: 'CONVENTION', title: '', sha256: '', datedOn: '2022-01-10' };
  expect(missingPieces('STATE', [convention], false)).toEqual([]);
  expect(
    missingPieces('STATE', [convention, { ...convention, kind: 'ANNEXE2' }], false),
  ).toHaveLength(1);
});
