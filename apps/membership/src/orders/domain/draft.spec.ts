import { localDate } from '#libs/time';
import {
  checkChangeable,
  checkNote,
  type Draft,
  followUpOf,
  linesOn,
  overQuotaHand,
} from './draft.js';

const preparedOn = localDate('2022-09-05');
const draft = (over: Partial<Draft> = {}): Draft => ({
  draftId: 'd',
  membershipId: 'm',
  lines: [{ itemCode: 'ELEVE', effectiveFrom: preparedOn, delta: 12 }],
  note: '',
  cause: 'OVER_QUOTA',
  itemCode: 'ELEVE',
  preparedBy: overQuotaHand,
  preparedOn,
  changedBy: overQuotaHand,
  version: 1,
  status: 'DRAFT',
  orderId: null,
  ...over,
});
const codeOf = (work: () => void) => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return undefined;
};

test.each([
  ['the version read', draft(), 1, undefined],
  ['a version from before', draft({ version: 2 }), 1, 'DRAFT_STALE'],
  ['a signed one', draft({ status: 'SIGNED', orderId: 'o' }), 1, 'DRAFT_CLOSED'],
  ['a cancelled one', draft({ status: 'CANCELLED' }), 1, 'DRAFT_CLOSED'],
])('ORD-1: a draft changes from the version that was read: %s', (_name, one, version, code) => {
  expect(codeOf(() => checkChangeable(one, version))).toBe(code);
});

test.each([
  ['', undefined],
  ['RENTREE-2022', undefined],
  ['pour Léa', 'NOTE_INVALID'],
  ['A'.repeat(41), 'NOTE_INVALID'],
])('SUP-4: the note %p is a code, no free text', (note, code) => {
  expect(codeOf(() => checkNote(note))).toBe(code);
});

test.each([
  ['somebody waits, no draft', { before: 0, now: 12 }, undefined, 'PREPARE'],
  ['nobody waits, no draft', { before: 12, now: 0 }, undefined, 'NOTHING'],
  ['the figure told before, its draft cancelled', { before: 12, now: 12 }, undefined, 'NOTHING'],
  ['another figure, its draft cancelled', { before: 12, now: 13 }, undefined, 'PREPARE'],
  ['the same figure', { before: 12, now: 12 }, draft(), 'NOTHING'],
  ['fewer wait', { before: 12, now: 7 }, draft(), 'CHANGE'],
  ['nobody waits any more', { before: 12, now: 0 }, draft(), 'CANCEL'],
  ['a person changed it', { before: 12, now: 7 }, draft({ changedBy: 'u' }), 'NOTHING'],
  [
    'a person changed it, nobody waits',
    { before: 12, now: 0 },
    draft({ changedBy: 'u' }),
    'NOTHING',
  ],
] as const)('PRV-2: %s', (_name, missing, one, expected) => {
  expect(followUpOf(missing, one)).toBe(expected);
});

test('PRV-2: what the system prepared takes effect on the day it is signed, what a person wrote does not move', () => {
  const later = localDate('2022-09-20');
  expect(linesOn(draft(), later)).toEqual([{ itemCode: 'ELEVE', effectiveFrom: later, delta: 12 }]);
  expect(linesOn(draft({ changedBy: 'u' }), later)[0]?.effectiveFrom).toBe(preparedOn);
  expect(linesOn(draft({ cause: 'MEMBER', itemCode: null }), later)[0]?.effectiveFrom).toBe(
    preparedOn,
  );
  const signed = draft({ status: 'SIGNED', orderId: 'o' });
  expect(linesOn(signed, later)[0]?.effectiveFrom).toBe(preparedOn);
});
