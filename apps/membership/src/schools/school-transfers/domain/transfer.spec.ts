import { parseUai } from '#libs/identifiers';
import { localDate } from '#libs/time';
import { checkProposed, checkTerms, type TransferTerms } from './transfer.js';

const today = localDate('2022-09-01');
const uai = parseUai('0440437L');
const terms: TransferTerms = {
  fromMembershipId: 'a',
  toMembershipId: 'b',
  uais: [uai],
  effectiveOn: today,
  documentId: 'd',
  territoryException: '',
  exceptionDocumentId: '',
};
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

test.each([
  ['yesterday', { effectiveOn: localDate('2022-08-31') }, 'TRANSFER_IN_THE_PAST'],
  ['today', {}, undefined],
  ['of no school', { uais: [] }, 'TRANSFER_INVALID'],
  ['of one school twice', { uais: [uai, uai] }, 'TRANSFER_INVALID'],
  [
    'of 201 schools',
    { uais: Array.from({ length: 201 }, (_, i) => `${i}` as never) },
    'TRANSFER_INVALID',
  ],
  ['of 200 schools', { uais: Array.from({ length: 200 }, (_, i) => `${i}` as never) }, undefined],
  ['to the giver itself', { toMembershipId: 'a' }, 'TRANSFER_INVALID'],
])('SCH-2: a transfer %s', (_name, over, code) => {
  expect(codeOf(() => checkTerms({ ...terms, ...over }, today))).toBe(code);
});

test('SCH-2: only a proposal is decided', () => {
  expect(codeOf(() => checkProposed({ status: 'PROPOSED' }))).toBeUndefined();
  for (const status of ['CARRIED_OUT', 'CANCELLED', 'DECLINED'] as const) {
    expect(codeOf(() => checkProposed({ status }))).toBe('TRANSFER_DECIDED');
  }
});
