import * as fc from 'fast-check';
import { contractYears, localDate, periodOf } from '#libs/time';
import { anItem } from '../../../test/issued-invoice.test-support.js';
import { calculateInvoice, type CalculationInput } from './invoice-calculation.js';
import { floorShortfalls } from './floor-shortfall.js';

/** Goal: an invoice below the signed annex 2 is seen, whatever went wrong before. Method: what is calculated, less a day. */
const membership = periodOf('2022-07-19', '2026-07-19');
const input = (over: Partial<CalculationInput> = {}): CalculationInput => ({
  basis: 'ORDERED',
  floorScope: 'ITEM',
  period: periodOf('2022-10-19', '2023-01-19'),
  membership,
  contractYears: contractYears(membership.start, membership.end),
  items: [anItem('ELEVE', 412), anItem('PROF', 30, { label: 'Compte enseignant' })],
  ...over,
});
const reasons = (...asked: Parameters<typeof floorShortfalls>) =>
  floorShortfalls(...asked).map(({ reason }) => reason);

test('COM-1: an item below its commitment is named, with both figures', () => {
  const [eleve, prof] = calculateInvoice(input()).lines;
  expect(reasons([eleve!, prof!], input())).toEqual([]);
  expect(reasons([{ ...eleve!, accountDays: eleve!.accountDays - 1n }, prof!], input())).toEqual([
    '« Compte élève » : 37\u00a0903 jours-comptes facturés, l’annexe 2 en engage 37\u00a0904',
  ]);
  expect(reasons([eleve!], input())).toEqual([
    '« Compte enseignant » : 0 jours-comptes facturés, l’annexe 2 en engage 2\u00a0760',
  ]);
});

test('BIL-1b: with a floor of the total one item may be below, all together may not', () => {
  const asked = input({ floorScope: 'TOTAL' });
  const all = 37_904n + 2_760n;
  expect(reasons([{ itemCode: 'PROF', accountDays: all }], asked)).toEqual([]);
  expect(reasons([{ itemCode: 'PROF', accountDays: all - 1n }], asked)).toEqual([
    '« ensemble des articles » : 40\u00a0663 jours-comptes facturés, l’annexe 2 en engage 40\u00a0664',
  ]);
});

test('BIL-1: nothing that is calculated is below, on either basis and scope, with C that moves', () => {
  const steps = fc.array(
    fc.record({
      from: fc.constantFrom('2022-07-19', '2022-11-02', '2022-12-25').map(localDate),
      quantity: fc.nat(500),
    }),
    { minLength: 1, maxLength: 3 },
  );
  fc.assert(
    fc.property(
      fc.constantFrom('ORDERED' as const, 'METERED' as const),
      fc.constantFrom('ITEM' as const, 'TOTAL' as const),
      fc.uniqueArray(steps, { minLength: 2, maxLength: 2 }),
      fc.nat(600),
      (basis, floorScope, commitments, used) => {
        const unique = (all: (typeof commitments)[number]) => [
          ...new Map(all.map((step) => [step.from, step])).values(),
        ];
        const items = commitments.map((commitment, at) => ({
          ...anItem(`ARTICLE_${at}`, 500),
          commitment: unique(commitment),
          usage: [{ date: localDate('2022-10-20'), accounts: used }],
        }));
        const asked = input({ basis, floorScope, items });
        expect(floorShortfalls(calculateInvoice(asked).lines, asked)).toEqual([]);
      },
    ),
  );
});
