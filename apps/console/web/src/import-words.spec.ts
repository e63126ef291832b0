import { expect, test } from '@jest/globals';
import type { PlanFigures } from './api-types.js';
import {
  decisionReason,
  deliveryName,
  figuresInWords,
  figureToConfirm,
  importStage,
  isConfirmed,
  isMoving,
  isReplaced,
  matchesInWords,
} from './import-words.js';

const none = { present: 0, added: 0, changed: 0, identities: 0, ended: 0, returned: 0 };
const figures = (some: Partial<PlanFigures>): PlanFigures => ({ ...none, ...some });

test.each([
  [{ ended: 40, identities: 3, added: 900 }, 40, 'départs'],
  [{ identities: 3, added: 900 }, 3, 'changements d’identité'],
  [{ added: 900, changed: 2, returned: 1 }, 903, 'arrivées et modifications'],
])('DIR-3: what is written down is the gravest figure of %j', (some, value, words) => {
  expect(figureToConfirm(figures(some))).toEqual({ value, words });
});

test.each([
  ['1240', true],
  [' 1 240 ', true],
  ['1\u202f240', true],
  ['124', false],
  ['', false],
  ['1240 départs', false],
  ['-1240', false],
  ['1.24e3', false],
])('DIR-3: « %s » confirms 1,240: %s', (typed, confirmed) => {
  expect(isConfirmed(typed, { value: 1240, words: 'départs' })).toBe(confirmed);
});

test('DIR-5: a file that was sent is called by its name, a folder as it was laid down', () => {
  expect(deliveryName('_envois/onde/0123abcd/Eleves.zip')).toBe('Eleves.zip');
  expect(deliveryName('_envois/onde/0123abcd')).toBe('fichiers envoyés');
  expect(deliveryName('onde/2022-09-02.csv')).toBe('onde/2022-09-02.csv');
  expect(deliveryName('ldap/ldap-nantes/2022-09-02')).toBe('lecture de l’annuaire');
  expect(deliveryName('0192f0c1-7d3a-4c1e-9f57-1d2c3b4a5f60')).toBe('nom oublié');
});

test('DIR-2: who was recognised, and who may be, in words', () => {
  expect(matchesInWords(1, 2)).toBe('1 personne reconnue, 2 doublons possibles');
  expect(matchesInWords(0, 1)).toBe('1 doublon possible');
  expect(matchesInWords(0, 0, 2)).toBe('2 lignes refusées');
});

test('DIR-3: nothing typed does not confirm that nothing changes', () => {
  expect(isConfirmed('', { value: 0, words: 'départs' })).toBe(false);
});

test.each([
  [
    { present: 120, ended: 1200, changed: 1 },
    'Cette source déclarait déjà 120 personnes : 1 200 départs, 1 modification.',
  ],
  [{ present: 1 }, 'Cette source déclarait déjà 1 personne : aucun changement.'],
  [{ present: 0, added: 24 }, 'Cette source n’a encore déclaré personne : 24 arrivées.'],
])('DIR-3: says what happens, and nothing of what does not: %j', (some, words) => {
  expect(figuresInWords(figures(some)).replaceAll(/[\u00a0\u202f]/g, ' ')).toBe(words);
});

test('DIR-3: an import that a younger one replaced is neither finished nor refused', () => {
  expect(isReplaced({ state: 'COMPLETED', replacedBy: 'import-2' })).toBe(true);
  expect(isReplaced({ state: 'HELD', replacedBy: 'import-2' })).toBe(false);
  expect(isReplaced({ state: 'COMPLETED', replacedBy: '' })).toBe(false);
});

test('says of each state what to do, also of one that is new', () => {
  expect(importStage('FAILED').next).toMatch(/Relancez-le/);
  // A head retries nothing, and has no source to correct.
  expect(importStage('FAILED', true).next).toMatch(/Appelez l’assistance/);
  expect(importStage('REFUSED', true).next).not.toMatch(/export|source/);
  expect(importStage('READING', true)).toEqual(importStage('READING'));
  expect(importStage('NEW_ONE')).toMatchObject({ state: 'NEW_ONE', next: expect.any(String) });
  expect(['READING', 'HELD', 'COMPLETED'].map(isMoving)).toEqual([true, false, false]);
});

test('reads a reason with its ticket', () => {
  expect(decisionReason('AUTRE SUP-42')).toBe('Autre motif SUP-42');
});
