import { addDays } from '#libs/time';
import { aDraft } from '../../../test/an-invoice.test-support.js';
import {
  anItem,
  correcting,
  issuedFor,
  issuedOf,
} from '../../../test/issued-invoice.test-support.js';
import { ciiXml } from '../document/cii-xml.js';
import { type Circuit, eInvoiceOf } from './e-invoice.js';
import type { Buyer, FinalisedInvoice } from './invoice.js';
import { xmlAgrees } from './issued-xml.js';

/** Goal: XML and books say the same of each term that a treasurer pays by (BIL-6). Method: one term of the books at a time. */
const xmlOf = (invoice: FinalisedInvoice, circuit: Circuit = 'CPRO') =>
  ciiXml(eInvoiceOf(invoice, circuit)).toString();
const invoice = issuedOf(aDraft());
const replacement = correcting(undefined, [anItem('ELEVE', 400)])[1]!;
const { buyer, seller, vatTotals } = invoice;
const [line, ...lines] = invoice.lines;
const boughtBy = (other: Partial<Buyer>) => ({ buyer: { ...buyer, ...other } });

test.each<[string, FinalisedInvoice]>([
  ['an invoice', invoice],
  ['a replacement', replacement],
  ['two rates', issuedFor([anItem('A', 40), anItem('B', 7, { vat: 550 })])],
  [
    'signs that XML escapes, and spaces that it does not keep',
    issuedOf(aDraft(boughtBy({ name: 'Syndicat  «\u00a0École & Cie\u00a0» <Sud> "1"' }))),
  ],
  [
    'neither service nor engagement',
    issuedOf(aDraft(boughtBy({ serviceCode: '', purchaseOrderNumber: '' }))),
  ],
  ...correcting('PAID', [anItem('ELEVE', 400)]).map((one): [string, FinalisedInvoice] => [
    'a difference',
    one,
  ]),
])('BIL-6: the XML of %s says what the books say, on either circuit', (_what, one) => {
  for (const circuit of ['CPRO', 'AFNOR'] as const)
    expect(xmlAgrees(xmlOf(one, circuit), one)).toBe(true);
});

test.each<[string, Partial<FinalisedInvoice>]>([
  ['recipient', boughtBy({ recipientSiret: '21440109300023' })],
  ['name of the recipient', boughtBy({ name: 'Commune d’à côté' })],
  ['service', boughtBy({ serviceCode: 'AUTRE' })],
  ['engagement', boughtBy({ purchaseOrderNumber: 'EJ-AUTRE' })],
  ['market number', boughtBy({ marketNumber: 'M-AUTRE' })],
  ['supplier', { seller: { ...seller, siret: '90000000100025' } }],
  ['account', { seller: { ...seller, iban: 'FR7630006000011234567890189' } }],
  ['day on which it is due', { dueOn: addDays(invoice.dueOn, 1) }],
  ['quantity', { lines: [{ ...line!, accountDays: line!.accountDays + 1n }, ...lines] }],
  ['price', { lines: [{ ...line!, unitPrice: line!.unitPrice + 1n }, ...lines] }],
  ['number of days in the year', { lines: [{ ...line!, daysInContractYear: 366 }, ...lines] }],
  ['rate of a line', { lines: [{ ...line!, vatBasisPoints: 550 }, ...lines] }],
  [
    'base of a rate',
    { vatTotals: vatTotals.map((one) => ({ ...one, netCents: one.netCents + 1n })) },
  ],
  [
    'VAT of a rate',
    { vatTotals: vatTotals.map((one) => ({ ...one, vatCents: one.vatCents + 1n })) },
  ],
])('BIL-6: books that say another %s are not what was sent, on either circuit', (_what, other) => {
  for (const circuit of ['CPRO', 'AFNOR'] as const)
    expect(xmlAgrees(xmlOf(invoice, circuit), { ...invoice, ...other })).toBe(false);
});

test('BIL-8: nor are books that have it correct another invoice, or none', () => {
  const corrects = { ...replacement.corrects!, number: 'EP22-2023-000009' };
  const { corrects: none, ...first } = replacement;
  void none;
  const later = { ...replacement.corrects!, issuedOn: addDays(replacement.corrects!.issuedOn, 1) };
  for (const books of [{ ...replacement, corrects }, { ...replacement, corrects: later }, first])
    expect(xmlAgrees(xmlOf(replacement), books as FinalisedInvoice)).toBe(false);
});
