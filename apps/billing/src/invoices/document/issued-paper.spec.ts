import { addDays } from '#libs/time';
import { aDraft } from '../../../test/an-invoice.test-support.js';
import {
  anItem,
  correcting,
  issuedFor,
  issuedOf,
} from '../../../test/issued-invoice.test-support.js';
import type { FinalisedInvoice } from '../domain/invoice.js';
import { ciiXml } from './cii-xml.js';
import { eInvoiceOf } from '../domain/e-invoice.js';
import { invoicePdf } from './invoice-pdf.js';
import { paperAgrees } from './issued-paper.js';

const xmlOf = (invoice: FinalisedInvoice) => ciiXml(eInvoiceOf(invoice, 'CPRO'));
const invoice = issuedOf(aDraft());
const xml = xmlOf(invoice);
const [line, ...lines] = invoice.lines;
const complement = correcting('PAID', [anItem('ELEVE', 900)])[0]!;
const { status, number, sequence, issuedOn, dueOn, ...takenBack } = complement;
void [status, number, sequence, issuedOn, dueOn];

test.each<[string, () => FinalisedInvoice]>([
  ['an invoice', () => invoice],
  [
    'several rates, on several pages',
    () =>
      issuedFor(
        Array.from({ length: 45 }, (_, n) =>
          anItem(`A${n}`, 1_000 + n, { vat: n % 2 ? 2000 : 550 }),
        ),
      ),
  ],
  [
    'without VAT, without account',
    () =>
      issuedFor([anItem('ELEVE', 412, { vat: 0 })], { seller: { ...invoice.seller, iban: '' } }),
  ],
  ['a credit note', () => correcting(undefined, [anItem('ELEVE', 400)])[0]!],
  ['a credit of a difference', () => correcting('PAID', [anItem('ELEVE', 400)])[0]!],
  ['a complement', () => complement],
  ['what takes a complement back', () => issuedOf(aDraft({ ...takenBack, kind: 'CREDIT_NOTE' }))],
])('BIL-6: the paper of %s is read as it was drawn', async (_what, made) => {
  const one = made();
  expect(paperAgrees(await invoicePdf(one, xmlOf(one)), xmlOf(one), one)).toBe(true);
});

test.each<[string, Partial<FinalisedInvoice>]>([
  ['number', { number: 'EP22-2023-000009' }],
  ['day', { issuedOn: addDays(invoice.issuedOn, 1) }],
  ['day on which it is due', { dueOn: addDays(invoice.dueOn, 1) }],
  ['account', { seller: { ...invoice.seller, iban: 'FR7630006000011234567890189' } }],
  ['amount of a line', { lines: [{ ...line!, netCents: line!.netCents + 1n }, ...lines] }],
  ['net', { netCents: invoice.netCents + 1n }],
  ['VAT', { vatTotals: invoice.vatTotals.map((one) => ({ ...one, vatCents: one.vatCents + 1n })) }],
  ['total', { totalCents: invoice.totalCents + 1n }],
])('BIL-4, BIL-6: a paper that shows another %s is none of it', async (_what, other) => {
  const shown = await invoicePdf({ ...invoice, ...other }, xml);
  expect(paperAgrees(shown, xml, invoice)).toBe(false);
});

test('BIL-6: nor is one that carries other data, is cut, or is no PDF at all', async () => {
  const pdf = await invoicePdf(invoice, xml);
  const other = Buffer.from(xml.toString().replace('20230129', '20230130'));
  expect(paperAgrees(await invoicePdf(invoice, other), xml, invoice)).toBe(false);
  expect(paperAgrees(await invoicePdf(invoice), xml, invoice)).toBe(false);
  for (const broken of [
    pdf.subarray(0, -40),
    pdf.subarray(1),
    Buffer.from('%PDF-1.7'),
    Buffer.of(),
  ])
    expect(paperAgrees(broken, xml, invoice)).toBe(false);
});
