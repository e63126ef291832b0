import { localDate } from '#libs/time';
import { aDraft } from '../../../test/an-invoice.test-support.js';
import { finalise, InvoiceAlreadyFinalised, InvoiceStillContestable } from './invoice.js';
import { numberOf, seriesOf } from './invoice-number.js';

const issuedOn = localDate('2023-01-29');
const series = seriesOf('90000000100017', 'EP22', issuedOn);

describe('an invoice', () => {
  test('BIL-4: gets its number, its date and its due date when it is finalised', () => {
    const { invoice, event } = finalise(aDraft(), series, 7, issuedOn);
    expect(invoice).toMatchObject({
      status: 'FINALISED',
      number: 'EP22-2023-000007',
      issuedOn: '2023-01-29',
      dueOn: '2023-02-28',
    });
    expect(event).toEqual({ type: 'InvoiceFinalised', invoice });
  });

  test('BIL-4: refuses to be finalised twice', () => {
    const { invoice } = finalise(aDraft(), series, 1, issuedOn);
    expect(() => finalise(invoice, series, 2, issuedOn)).toThrow(InvoiceAlreadyFinalised);
  });

  test('BIL-9: refuses while the member may contest it, and says until when', () => {
    const early = () => finalise(aDraft(), series, 1, localDate('2023-01-28'));
    expect(early).toThrow(InvoiceStillContestable);
    expect(early).toThrow(/jusqu’au 28 janvier 2023 inclus/);
  });
});

describe('an invoice number', () => {
  test('BIL-4: is at most 20 characters long', () => {
    expect(numberOf({ ...series, prefix: 'ABCDEFGH' }, 999_999)).toHaveLength(20);
    expect(() => numberOf({ ...series, prefix: 'ABCDEFGHI' }, 1)).toThrow(RangeError);
    expect(() => numberOf({ ...series, prefix: 'ABCDEFGH' }, 1_000_000)).toThrow(RangeError);
  });

  test.each([0, -1, 1.5])('is never %p', (sequence) => {
    expect(() => numberOf(series, sequence)).toThrow(RangeError);
  });
});

describe('BIL-7: why this amount', () => {
  const explanations = aDraft().lines.map((line) => line.explanation);

  test('goes from the amount to the signed annex 2', () => {
    expect(
      explanations[1]?.sentences.map((sentence) => sentence.replaceAll('\u00a0', ' ')),
    ).toEqual([
      'Montant hors taxes : 34 650 jours-comptes × 2,3500 € par compte et par an ÷ 365 jours de l’année du marché = 223,09 € (arrondi une seule fois, TVA 20 % en sus).',
      'Jours-comptes : 450 comptes × 77 jours, du 3 novembre 2022 au 18 janvier 2023 = 34 650.',
      'Quantité facturée : 450 comptes commandés, au moins égale à l’engagement de 412.',
      'Commande BC-001 signée le 19 juillet 2022 : +412 à compter du 19 juillet 2022, soit 412 comptes commandés.',
      'Commande BC-002 signée le 27 octobre 2022 : +38 à compter du 3 novembre 2022, soit 450 comptes commandés.',
      'Engagement : 412 comptes (convention, art. 7.1 ; Annexe 2 de la commune de Saint-Exemple du 14 décembre 2021).',
    ]);
  });

  test('names only the orders that had taken effect', () => {
    expect(
      explanations.map((explanation) => explanation.orders.map((order) => order.number)),
    ).toEqual([['BC-001'], ['BC-001', 'BC-002']]);
  });
});
