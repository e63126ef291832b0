import { localDate } from '#libs/time';
import { checkAmounts, readPrices } from './check-amounts.js';
import type { InvoiceFigures } from './figures.js';
import { revised } from './price-revisions.js';

const prices = readPrices(
  'item;contract_year_from;unit_price;vat_percent\n' +
    'COMPTE_ELEVE;2022-07-19;2,3500;20\nCOMPTE_ELEVE;2023-07-19;2,4182;20\n',
);
const quarter = (start: string, end: string) => [localDate(start), localDate(end)] as const;
const quarters = [
  quarter('2022-07-19', '2022-10-19'),
  quarter('2022-10-19', '2023-01-19'),
  quarter('2023-04-19', '2023-10-19'),
];
const member = {
  ...{ member: 'Ancenis', startsOn: '2022-07-19', endsOn: '2026-07-19' },
  committed: [{ from: '2022-07-19', quantity: 412 }],
  ordered: [
    { from: '2022-07-19', quantity: 412 },
    { from: '2022-11-03', quantity: 450 },
    { from: '2023-09-01', quantity: 420 },
  ],
};
const invoice = (endsOn: string, netCents: string, vatCents: string): InvoiceFigures => ({
  ...{ member: 'Ancenis', startsOn: '', endsOn, kind: 'INVOICE', status: 'FINALISED' },
  ...{ number: 'n', netCents, vatCents, totalCents: '' },
});
/** The worked examples 1, 2 and 4 of the contract. */
const billed = [
  invoice('2022-10-19', '24404', '4881'),
  invoice('2023-01-19', '26288', '5258'),
  invoice('2023-10-19', '52767', '10553'),
];
const verdict = (invoices: readonly InvoiceFigures[]) =>
  checkAmounts(quarters, [member], prices, invoices);

test('BIL-3: comes to the worked examples of the contract by itself', () => {
  expect(verdict(billed)).toMatchObject({ holds: true, detail: expect.stringMatching(/^3 trim/) });
});

test('BIL-8: takes credit notes off, and leaves out what was not issued', () => {
  const replaced = [
    invoice('2022-10-19', '99', '20'),
    { ...invoice('2022-10-19', '99', '20'), kind: 'CREDIT_NOTE' },
    { ...invoice('2022-10-19', '7', '1'), status: 'WITHDRAWN' },
  ];
  expect(verdict([...billed, ...replaced]).holds).toBe(true);
  expect(verdict([...billed, ...replaced.slice(0, 1)]).holds).toBe(false);
});

describe('BIL-2: a revision of the second year', () => {
  const [from, published] = [localDate('2023-07-19'), localDate('2022-01-01')];
  const clause = {
    ...{ baseOn: from, effectiveFrom: from, constant: '0.15', coefficient: '0.85', index: 'I' },
    base: { value: '132.4', on: published },
    current: { value: '139.1', on: published },
  };

  test('is of the clause, its factor and then the price to four decimals, halves up, and of no other year', () => {
    // 0.15 + 0.85 × 139.1 ÷ 132.4 = 1.04301…; × 2.4182 = 2.52218….
    const [first, second] = revised(prices, clause);
    expect(first).toEqual(prices[0]);
    expect(second).toMatchObject({ tenThousandths: 25_222n, vatPercent: 20n });
    // 2.3500 × 1.0290 = 2.41815.
    const half = revised(prices, {
      ...{ ...clause, baseOn: localDate('2022-07-19'), constant: '0', coefficient: '1.0290' },
      current: clause.base,
    });
    expect(half[1]).toMatchObject({ tenThousandths: 24_182n });
  });

  test('is what the days of that year are priced at, and is told', () => {
    // 450 × 91 d at 2.35 ÷ 365 as before; 450 × 44 d and 420 × 48 d at 2.5222 ÷ 366: 136.45 and 138.93.
    const dearer = [...billed.slice(0, 2), invoice('2023-10-19', '53903', '10781')];
    const told = checkAmounts(quarters, [member], revised(prices, clause), dearer);
    expect({ ...told, detail: told.detail.replace(/[\u00a0\u202f]/g, ' ') }).toMatchObject({
      holds: true,
      detail: expect.stringMatching(/, prix révisé de 2,4182 € à 2,5222 € au 19 juillet 2023$/),
    });
    expect(checkAmounts(quarters, [member], revised(prices, clause), billed).holds).toBe(false);
  });
});

test.each([
  ['a cent of an amount', invoice('2022-10-19', '24405', '4881')],
  ['a cent of its VAT', invoice('2022-10-19', '24404', '4880')],
  ['an invoice', invoice('2021-10-19', '24404', '4881')],
])('fails on %s', (_what, wrong) => {
  expect(verdict([wrong, ...billed.slice(1)])).toMatchObject({
    holds: false,
    detail: expect.stringContaining('Ancenis au 2022-10-19'),
  });
});
