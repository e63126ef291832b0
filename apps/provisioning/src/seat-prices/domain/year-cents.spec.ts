import { type SeatsOfItem, yearCentsOf } from './year-cents.js';

const item = (seats: number, itemCode = 'ELEVE', marketCode = 'e-primo-2022'): SeatsOfItem => ({
  ...{ marketCode, itemCode, seats },
});
const prices = [
  { marketCode: 'e-primo-2022', itemCode: 'ELEVE', unitPrice: 23_500n },
  { marketCode: 'e-primo-2022', itemCode: 'AGENT', unitPrice: 10_050n },
  { marketCode: 'e-primo-2026', itemCode: 'ELEVE', unitPrice: 30_000n },
];

test.each<[string, number, SeatsOfItem[], bigint | undefined]>([
  ['no seat', 0, [], 0n],
  ['12 at 2.35 €', 12, [item(12)], 2_820n],
  ['of each market its own price', 3, [item(2), item(1, 'ELEVE', 'e-primo-2026')], 770n],
  ['rounded once, halves away from zero', 2, [item(1), item(1, 'AGENT')], 336n],
  ['an item without a price', 2, [item(1), item(1, 'PARTENAIRE')], undefined],
  ['of a market without prices', 1, [item(1, 'ELEVE', 'autre')], undefined],
  ['kept before items were', 5, [], undefined],
])('PRV-8: %s', (_what, seats, items, cents) => {
  expect(yearCentsOf(seats, items, prices)).toBe(cents);
});
