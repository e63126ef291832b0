import { expect, test } from '@jest/globals';
import { missingInWords } from './billing-terms-words.js';

test.each<[string[], string]>([
  [[], ''],
  [['SERVICE_CODE'], 'Code service absent, que l’État demande'],
  [
    ['PURCHASE_ORDER_NUMBER_OF_YEAR', 'RECIPIENT_SIRET'],
    'Numéro d’engagement d’une année passée ; SIRET du destinataire absent ou faux',
  ],
])('ADH-1: what is missing begins as a sentence does: %j', (missing, words) => {
  expect(missingInWords(missing)).toBe(words);
});
