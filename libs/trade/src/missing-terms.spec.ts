import { missingTermsInWords } from './missing-terms.js';

test.each([
  [[], ''],
  [
    ['RECIPIENT_SIRET', 'PURCHASE_ORDER_NUMBER_OF_YEAR'],
    'SIRET du destinataire absent ou faux ; numéro d’engagement d’une année passée',
  ],
])(
  'ADH-1: what invoices lack is told in French, a page or a command alike: %j',
  (missing, words) => {
    expect(missingTermsInWords(missing)).toBe(words);
  },
);
