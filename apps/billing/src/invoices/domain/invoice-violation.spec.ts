import { localDate } from '#libs/time';
import { type InvoiceViolation, violationInFrench } from './invoice-violation.js';

const number = 'EP22-2022-000003';

test.each<[InvoiceViolation, string]>([
  [
    {
      code: 'LINES_DO_NOT_ADD_UP',
      invoice: { number },
      summed: { netCents: 124404n, vatCents: 24881n, totalCents: 149285n },
      told: { netCents: 124405n, vatCents: 24881n, totalCents: 149286n },
    },
    'Facture EP22-2022-000003 : la somme des lignes fait 1\u00a0244,04\u00a0€ HT, 248,81\u00a0€ de TVA et 1\u00a0492,85\u00a0€ TTC, ' +
      'les totaux disent 1\u00a0244,05\u00a0€ HT, 248,81\u00a0€ de TVA et 1\u00a0492,86\u00a0€ TTC.',
  ],
  [
    { code: 'RECOUNT_DIFFERS', invoice: { draftId: 'd1' } },
    'Projet de facture d1 : un nouveau calcul, d’après les éléments conservés avec lui, donne d’autres lignes.',
  ],
  [
    { code: 'RECOUNT_DIFFERS', invoice: { number } },
    'Facture EP22-2022-000003 : un nouveau calcul, d’après les éléments conservés avec elle, donne d’autres lignes.',
  ],
  [
    { code: 'NUMBER_MISSING', number, sequence: 3, position: 2 },
    'Facture EP22-2022-000003 : rang 3 au lieu de 2 dans sa série, un numéro manque avant le sien.',
  ],
  [
    {
      code: 'ISSUED_BEFORE_PREVIOUS',
      number,
      issuedOn: localDate('2022-10-29'),
      previousNumber: 'EP22-2022-000002',
      previousIssuedOn: localDate('2022-11-01'),
    },
    'Facture EP22-2022-000003 : émise le 29 octobre 2022, avant la précédente (EP22-2022-000002, le 1er novembre 2022).',
  ],
  [
    { code: 'SERIES_COUNT_DIFFERS', series: 'EP22-2022', invoices: 1, lastSequence: 5 },
    'Série EP22-2022 : 1 facture, mais le compteur en est au rang 5.',
  ],
])('BIL-3, BIL-4, BIL-5: $code is told in French with its figures', (violation, sentence) => {
  expect(violationInFrench(violation)).toBe(sentence);
});
