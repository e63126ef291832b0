import fc from 'fast-check';
import { localDate } from '#libs/time';
import { fecColumns, fecOf, type IssuedSale } from './sales-entries.js';

const sale: IssuedSale = {
  number: 'EP22-2022-000001',
  issuedOn: localDate('2022-10-29'),
  isCredit: false,
  buyer: { siren: '214401093', name: 'Commune de\tNantes' },
  vatTotals: [
    { vatBasisPoints: 2000, netCents: 20337n, vatCents: 4067n },
    { vatBasisPoints: 0, netCents: 100n, vatCents: 0n },
  ],
};
const rowsOf = (fec: string) =>
  fec
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.split('\t'));

// By hand, after art. A47 A-1 of the LPF.
test('an invoice debits its customer, and credits sales and the VAT of each rate', () => {
  const head = ['VE', 'Ventes', 'EP22-2022-000001', '20221029'];
  const piece = [...['EP22-2022-000001', '20221029'], 'Facture EP22-2022-000001 Commune de Nantes'];
  const rest = ['', '', '20221029', '', ''];
  expect(fecOf([sale]).startsWith(`${fecColumns.join('\t')}\r\nVE\t`)).toBe(true);
  expect(rowsOf(fecOf([sale]))).toEqual([
    [
      ...head,
      '411000',
      'Clients',
      '214401093',
      'Commune de Nantes',
      ...piece,
      '245,04',
      '0,00',
      ...rest,
    ],
    [...head, '706000', 'Prestations de services', '', '', ...piece, '0,00', '203,37', ...rest],
    [...head, '706000', 'Prestations de services', '', '', ...piece, '0,00', '1,00', ...rest],
    [...head, '445710', 'TVA collectée', '', '', ...piece, '0,00', '40,67', ...rest],
  ]);
});

test('a credit note stands on the other sides, under its own number of entry', () => {
  const number = 'EP22-2022-000002';
  const rows = rowsOf(fecOf([sale, { ...sale, number, isCredit: true }]));
  expect(rows.slice(4).map((row) => [row[2], row[4], row[11], row[12]])).toEqual([
    [number, '411000', '0,00', '245,04'],
    [number, '706000', '203,37', '0,00'],
    [number, '706000', '1,00', '0,00'],
    [number, '445710', '40,67', '0,00'],
  ]);
  expect(rows[4]![10]).toBe('Avoir EP22-2022-000002 Commune de Nantes');
});

test('two markets of one supplier, booked together, number no two entries alike', () => {
  const numbers = [sale, { ...sale, number: 'LA26-2022-000001' }].map(
    (one) => rowsOf(fecOf([one]))[0]![2],
  );
  expect(new Set(numbers).size).toBe(2);
});

test('every entry has 18 fields a line and balances to the cent, whatever is sold', () => {
  const cents = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const sales = fc.array(
    fc.record({
      isCredit: fc.boolean(),
      buyer: fc.record({ siren: fc.constant('214401093'), name: fc.string() }),
      vatTotals: fc.array(
        fc.record({ vatBasisPoints: fc.constant(2000), netCents: cents, vatCents: cents }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(sales, (sold) => {
      const numbered = sold.map((one, at) => ({ ...sale, ...one, number: `EP22-2022-${at}` }));
      const rows = rowsOf(fecOf(numbered));
      const sums = new Map<string, bigint>();
      for (const row of rows) {
        expect(row).toHaveLength(18);
        const [debit, credit] = [row[11]!, row[12]!].map((text) => BigInt(text.replace(',', '')));
        sums.set(row[2]!, (sums.get(row[2]!) ?? 0n) + debit! - credit!);
      }
      expect([...sums.values()]).toEqual(sold.map(() => 0n));
    }),
  );
});
