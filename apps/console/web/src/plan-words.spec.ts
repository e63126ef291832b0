import { expect, test } from '@jest/globals';
import { classChange, heldBecause } from './plan-words.js';

test.each([
  ['HELD', true, 'Seuil dépassé'],
  ['HELD', false, 'À lire avant d’appliquer'],
  ['APPROVED', true, ''],
])('DIR-3: a school that is %s, beyond its threshold %p, is held because: « %s »', (...given) => {
  const [state, over, words] = given;
  expect(heldBecause({ state, over })).toBe(words);
});

test.each([
  [false, 'ENDS', false, 'Fin : classe CE2 bleu'],
  [true, 'BEGINS', true, 'Début : groupe CE2 bleu (0440290B)'],
])('DIR-3: what of classes and groups begins or ends: %s %s %s', (...given) => {
  const [group, change, isOfSeveral, words] = given;
  expect(classChange({ uai: '0440290B', classId: 'CE2 bleu', group, change }, isOfSeveral)).toBe(
    words,
  );
});
