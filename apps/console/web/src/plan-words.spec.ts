import { expect, test } from '@jest/globals';
import { heldBecause } from './plan-words.js';

test.each([
  ['HELD', true, 'Seuil dépassé'],
  ['HELD', false, 'À lire avant d’appliquer'],
  ['APPROVED', true, ''],
])('DIR-3: a school that is %s, beyond its threshold %p, is held because: « %s »', (...given) => {
  const [state, over, words] = given;
  expect(heldBecause({ state, over })).toBe(words);
});
