import * as fc from 'fast-check';
import { addDays, localDate } from '#libs/time';
import { aDraft } from '../../../test/an-invoice.test-support.js';
import { explainDifference, explainLine, type LedgerOrder } from '../domain/invoice-explanation.js';
import { invoiceInShort } from './invoice-in-short.js';

const withPlainSpaces = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('BIL-7: says an invoice from the euro to the signed annex 2, with its figures', () => {
  expect(invoiceInShort(aDraft(), []).map(withPlainSpaces)).toEqual([
    'À facturer pour la période du 19 octobre 2022 au 18 janvier 2023 : 262,88 € HT + 52,58 € de TVA (20 %, calculée sur le total de chaque taux) = 315,46 € TTC.',
    'Ligne 1, Compte élève : montant hors taxes : 6 180 jours-comptes × 2,3500 € par compte et par an ÷ 365 jours de l’année du marché = 39,79 € (arrondi une seule fois, TVA 20 % en sus).',
    'Ligne 2, Compte élève : montant hors taxes : 34 650 jours-comptes × 2,3500 € par compte et par an ÷ 365 jours de l’année du marché = 223,09 € (arrondi une seule fois, TVA 20 % en sus).',
    'Quantités : elles suivent 2 changements de commande ; le dernier, commande BC-002 signée le 27 octobre 2022, vaut à compter du 3 novembre 2022.',
    'Engagement : jamais moins que ce que signe « Annexe 2 de la commune de Saint-Exemple », jusqu’à 412 comptes pour un article (convention, art. 7.1).',
  ]);
});

test('BIL-7: a difference rests on the commitment of what is owed, not on none', () => {
  const draft = aDraft();
  const [line] = draft.lines;
  const amounts = { invoiced: 26_288n, owed: 30_000n };
  const difference = {
    ...{ ...line!, kind: 'DIFFERENCE' as const, commitment: 0, quantity: null },
    explanation: explainDifference(
      line!,
      amounts,
      draft.lines.map(({ explanation }) => explanation),
      draft.basis,
    ),
  };
  const short = invoiceInShort({ ...draft, kind: 'COMPLEMENT', lines: [difference] }, []);
  expect(short.map(withPlainSpaces).at(-1)).toContain('jusqu’à 412 comptes pour un article');
});

const anOrder = (at: number): LedgerOrder => ({
  ...{ orderId: `order-${at}`, number: `BC-${at}`, itemCode: 'ELEVE', delta: 1 },
  ...{ signedOn: localDate('2022-07-19'), ledgerPosition: at },
  effectiveFrom: addDays(localDate('2022-07-19'), at % 60),
});

test('BIL-7: ten sentences at most for the whole and for each line, however many lines, orders, annexes and corrections', () => {
  fc.assert(
    fc.property(
      fc.record({
        ...{ lines: fc.integer({ min: 1, max: 60 }), orders: fc.nat(40), annexes: fc.nat(30) },
        corrections: fc.nat(100),
      }),
      ({ lines, orders, annexes, corrections }) => {
        const draft = aDraft();
        const ledger = Array.from({ length: orders }, (_, at) => anOrder(at + 1));
        const signed = Array.from({ length: annexes }, (_, at) => ({
          annexe2: {
            kind: 'ANNEXE2',
            title: `Annexe ${at}`,
            sha256: `${at}`,
            datedOn: '2022-01-01',
          },
          signedBy: `Commune ${at}`,
          commitment: [{ itemCode: 'ELEVE', from: localDate('2022-07-19'), quantity: 3 }],
        }));
        const explained = Array.from({ length: lines }, (_, at) => {
          const line = draft.lines[at % draft.lines.length]!;
          return { ...line, explanation: explainLine(line, ledger, signed, 'ITEM') };
        });
        for (const { explanation } of explained) {
          expect(explanation.sentences.length).toBeLessThanOrEqual(10);
          for (const one of explanation.sentences) expect(one.length).toBeLessThan(1_500);
          // Nothing is lost by it: all of them stand beside.
          expect(explanation.orders).toHaveLength(orders);
          expect(explanation.signed).toHaveLength(annexes);
        }
        const told = Array.from({ length: corrections }, () => 'Un avoir l’annule.');
        const short = invoiceInShort({ ...draft, lines: explained }, told);
        expect(short.length).toBeLessThanOrEqual(10);
      },
    ),
    { numRuns: 60 },
  );
});
