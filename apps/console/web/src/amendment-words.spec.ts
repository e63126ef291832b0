import { expect, test } from '@jest/globals';
import { changedTerm, proposalState, termValue } from './amendment-words.js';

test.each([
  ['billing.paymentTermDays', 'Délai de paiement, en jours'],
  ['items.COMPTE_ELEVE.groupMaximum', 'Maximum du groupement pour COMPTE_ELEVE'],
  ['accounts.STUDENT.wayIn', 'Règle des comptes (STUDENT.wayIn)'],
  ['what.is.new', 'what.is.new'],
])('MKT-6: names what an amendment changes: %s', (path, words) => {
  expect(changedTerm(path)).toBe(words);
});

test.each([
  ['', 'rien'],
  ['30', '30'],
  ['"2026-07-19"', '19 juillet 2026'],
  ['["2025-07-19","2026-07-19"]', '19 juillet 2025, 19 juillet 2026'],
  ['"FR7699999"', 'FR7699999'],
  ['true', 'true'],
])('MKT-6: says a value of a term as one reads it: %s', (json, words) => {
  expect(termValue(json)).toBe(words);
});

test('MKT-6: says where a proposal stands', () => {
  expect(['OPEN', 'EXPIRED', 'NEW'].map(proposalState)).toEqual(['À vérifier', 'Expiré', 'NEW']);
});
