import { localDate } from '#libs/time';
import { entriesOf, priceChangesOf, toProposedPrices } from './proposed-prices.js';

const price = (from: string, unitPrice: bigint, itemCode = 'ELEVE') => ({
  ...{ itemCode, effectiveFrom: localDate(from), unitPrice, vatBasisPoints: 2000 },
});
const terms = {
  contractYears: [
    { start: localDate('2022-07-19'), end: localDate('2023-07-19') },
    { start: localDate('2023-07-19'), end: localDate('2024-07-19') },
  ],
  items: [{ code: 'ELEVE', label: 'Compte élève' }],
};

test('BIL-2: a change stands beside what its day costs otherwise, in its own contract year', () => {
  const before = [price('2023-01-01', 24000n), price('2022-07-19', 23500n)];
  const changes = priceChangesOf(
    [price('2022-12-31', 1n), price('2023-02-01', 2n), price('2023-07-19', 3n)],
    before,
    terms,
  );
  expect(changes.map((change) => [change.label, change.before?.unitPrice])).toEqual([
    ['Compte élève', 23500n],
    ['Compte élève', 24000n],
    ['Compte élève', undefined],
  ]);
});

test('an amount is the same after its way through JSON', () => {
  const entries = [price('2022-07-19', 9_007_199_254_740_993n)];
  expect(
    entriesOf(
      JSON.parse(JSON.stringify(toProposedPrices(entries, 3))) as ReturnType<
        typeof toProposedPrices
      >,
    ),
  ).toEqual(entries);
});
