import { anItem, correcting, issuedOf } from '../../../test/issued-invoice.test-support.js';
import { aDraft } from '../../../test/an-invoice.test-support.js';
import { explainCorrection } from './correction-explanation.js';

const plain = (texts: readonly string[]) =>
  texts.map((text) => text.replace(/[\u00a0\u202f]/g, ' '));
const head = issuedOf(aDraft());
const [credit, replacement] = correcting(undefined, [anItem('ELEVE', 412)]);

test('BIL-7, BIL-8: says of an invoice that stands alone nothing, of one that was mended what became of it', () => {
  expect(explainCorrection(head, undefined, [])).toEqual({ sentences: [], changes: [] });
  const of = (issued: typeof head, number: string) => ({
    ...{ kind: issued.kind, totalCents: issued.totalCents, number },
    issuedOn: number === '' ? '' : '2023-02-13',
  });
  const { sentences, changes } = explainCorrection(head, undefined, [
    of(credit!, 'EP22-2023-000002'),
    of(replacement!, ''),
  ]);
  expect(plain(sentences)).toEqual([
    'L’avoir n° EP22-2023-000002 du 13 février 2023 (315,46 € TTC) l’annule en entier.',
    'Un projet de facture de 292,85 € TTC la remplace.',
  ]);
  expect(changes).toEqual([]);
});

test('BIL-7, BIL-8: says of a replacement which invoice, why, by how much, and line by line what changed', () => {
  const { sentences, changes } = explainCorrection(replacement!, head, []);
  expect(plain(sentences)).toEqual([
    'Cette facture remplace la facture n° EP22-2023-000001 du 29 janvier 2023.',
    'Motif : Commande corrigée : trois classes ont fermé à la rentrée.',
    'Montant TTC : 315,46 € facturés d’abord, 292,85 € à présent, soit 22,61 € de moins.',
  ]);
  expect(changes.map(({ period, wasCents, isCents }) => [period.start, wasCents, isCents])).toEqual(
    [
      ['2022-10-19', 3_979n, 0n],
      ['2022-10-19', 0n, 24_404n],
      ['2022-11-03', 22_309n, 0n],
    ],
  );
});

test('BIL-8: says of a credit note which invoice and why; its lines are that invoice’s own', () => {
  const { sentences, changes } = explainCorrection(credit!, head, []);
  expect(plain(sentences)).toEqual([
    'Cet avoir annule en entier la facture n° EP22-2023-000001 du 29 janvier 2023.',
    'Motif : Commande corrigée : trois classes ont fermé à la rentrée.',
  ]);
  expect(changes).toEqual([]);
});
