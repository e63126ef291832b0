import { localDate } from '#libs/time';
import { checkAmounts, readPrices } from './check-amounts.js';
import type { InvoiceFigures } from './figures.js';

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
