import { addDays } from '#libs/time';
import { aDraft } from '../../../test/an-invoice.test-support.js';
import { issuedOf } from '../../../test/issued-invoice.test-support.js';
import { accept, contest, maintain } from './draft-answer.js';
import { type DraftAnswer, type Invoice, withdraw } from './invoice.js';

/** Goal: who may say what after what (BIL-9), each order of answers. Method: the pure decisions, on one draft. */
const draft = aDraft();
const today = addDays(draft.contestableUntil, -1);
const said = (...answers: DraftAnswer['answer'][]): Invoice => ({
  ...draft,
  answers: answers.map((answer) => ({ answer, answeredOn: draft.draftedOn, reason: '' })),
});
const of = (decide: () => DraftAnswer): string => {
  try {
    return decide().answer;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test.each<[string, Invoice, accepted: string, contested: string, maintained: string]>([
  ['nothing', said(), 'ACCEPTED', 'CONTESTED', 'DRAFT_NOT_CONTESTED'],
  [
    'it was accepted',
    said('ACCEPTED'),
    ...(['DRAFT_ALREADY_ACCEPTED', 'DRAFT_ALREADY_ACCEPTED', 'DRAFT_NOT_CONTESTED'] as const),
  ],
  [
    'it was contested',
    said('CONTESTED'),
    ...(['ACCEPTED', 'DRAFT_ALREADY_CONTESTED', 'MAINTAINED'] as const),
  ],
  [
    'it was maintained',
    said('CONTESTED', 'MAINTAINED'),
    ...(['ACCEPTED', 'CONTEST_ANSWERED', 'DRAFT_NOT_CONTESTED'] as const),
  ],
  [
    'what was maintained was accepted',
    said('CONTESTED', 'MAINTAINED', 'ACCEPTED'),
    ...(['DRAFT_ALREADY_ACCEPTED', 'DRAFT_ALREADY_ACCEPTED', 'DRAFT_NOT_CONTESTED'] as const),
  ],
  [
    'it was issued',
    issuedOf(draft),
    ...(['INVOICE_ALREADY_FINALISED', 'INVOICE_ALREADY_FINALISED'] as const),
    'INVOICE_ALREADY_FINALISED',
  ],
  [
    'it was withdrawn',
    withdraw(draft, 'Contestée à raison.', today),
    ...(['DRAFT_WITHDRAWN', 'DRAFT_WITHDRAWN', 'DRAFT_WITHDRAWN'] as const),
  ],
])('BIL-9: after %s: who may accept, contest, maintain', (_what, invoice, ...answers) => {
  expect([
    of(() => accept(invoice, today)),
    of(() => contest(invoice, { reason: 'Trois classes ont fermé.' }, today)),
    of(() => maintain(invoice, 'L’engagement est de 412.', today)),
  ]).toEqual(answers);
});

test('BIL-9: nobody contests on or after the day on which it may be numbered; accepted it may be at any time', () => {
  for (const late of [0, 30]) {
    const day = addDays(draft.contestableUntil, late);
    expect(of(() => contest(draft, { reason: 'x' }, day))).toBe('CONTEST_TOO_LATE');
    expect(accept(said('CONTESTED', 'MAINTAINED'), day).answeredOn).toBe(day);
  }
});

test('BIL-9: a contest keeps its reason and the paper beside it, a maintained draft why', () => {
  const paper = { documentId: 'document-1', sha256: 'ab'.repeat(32) };
  expect(contest(draft, { reason: 'Trois classes.', paper }, today)).toEqual({
    ...{ answer: 'CONTESTED', answeredOn: today, reason: 'Trois classes.', paper },
  });
  expect(contest(draft, { reason: 'x' }, today)).not.toHaveProperty('paper');
  expect(maintain(said('CONTESTED'), 'Non.', today)).toMatchObject({ reason: 'Non.' });
});
