import { decisionReason, decisionReasons } from './decision-reason.js';

test.each([
  ...decisionReasons.map((code): [string, string] => [code, code]),
  [' ERREUR   SUP-12 ', 'ERREUR SUP-12'],
])('SUP-4: %j is kept as a reason', (text, kept) => {
  expect(decisionReason(text)).toBe(kept);
});

test.each([
  '',
  ' ',
  'erreur',
  'Zoé Dupont est partie',
  'AUTRE Dupont',
  'AUTRE DUPONT-1 ZOE',
  'AUTRE SUP-12 Zoé',
  'AUTRE 1234567890123',
])('SUP-4: refuses %j, and does not repeat it', (text) => {
  expect(() => decisionReason(text)).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID', details: { field: 'reason' } }),
  );
});
