import { createLogger } from '#libs/observability';
import { jest } from '@jest/globals';
import { FacturX } from 'factur-x-kit';
import { PdfFile } from '../../../test/support/pdf-file.js';
import { pdfWords } from '../../../test/support/pdf-words.js';
import { Validators } from '../../../test/support/validators/validators.js';
import { type Circuit, eInvoiceOf } from '../src/invoices/domain/e-invoice.js';
import type { FinalisedInvoice } from '../src/invoices/domain/invoice.js';
import { refusalsOf } from '../src/invoices/domain/e-invoice-refusals.js';
import { Circuits } from '../src/invoices/document/circuits.js';
import { PaperPrinter } from '../src/invoices/printing/paper-printer.js';
import { PrintingThreadCount } from '../src/invoices/printing/printing-threads.js';
import { IssuePaper } from '../src/invoices/numbering/issue-paper.js';
import { ciiXml } from '../src/invoices/document/cii-xml.js';
import { aDraft } from './an-invoice.test-support.js';
import {
  anItem,
  calculated,
  correcting,
  issuedFor,
  issuedOf,
} from './issued-invoice.test-support.js';

/**
 * Goal: every kind of invoice that we issue is one in the eyes of EN 16931 (BIL-6). Method: Mustang's validator, which
 * nobody here wrote, judges the XML and the PDF, veraPDF the PDF; the rules that fired are counted. What neither of them
 * reckons (quantity × price of a line, to the cent) and another reader of the PDF: factur-x-kit.
 */
jest.setTimeout(180_000);

let validators: Validators;
beforeAll(async () => (validators = await Validators.start()));
afterAll(() => validators.stop());

const judged = (invoice: FinalisedInvoice, circuit: Circuit = 'CPRO') =>
  validators.invoice(ciiXml(eInvoiceOf(invoice, circuit)), 'factur-x.xml');

const metered = calculated(
  [
    {
      ...anItem('ELEVE', 412),
      usage: [{ date: calculated([anItem('ELEVE', 1)]).period.start, accounts: 300 }],
    },
  ],
  { basis: 'METERED' },
);
/** On several pages; `npm run prove -- billing` takes 200, whose pages are judged for half a minute. */
const lineCount = process.env['PROVE'] === '1' ? 200 : 40;
const many = Array.from({ length: lineCount }, (_, n) =>
  anItem(`ARTICLE_${n}`, n + 1, { price: '1.2345' }),
);
const { seller, buyer } = aDraft();

const kinds: [string, FinalisedInvoice][] = [
  ['of one line', issuedFor([anItem('ELEVE', 412)])],
  ['cut where an order took effect', issuedOf(aDraft())],
  [`of ${lineCount} lines`, issuedFor(many)],
  [
    'at two rates',
    issuedFor([anItem('ELEVE', 412), anItem('LIVRE', 12, { vat: 550, price: '4.1250' })]),
  ],
  ['at 8.5 %, as in Réunion', issuedFor([anItem('ELEVE', 412, { vat: 850 })])],
  [
    'exempt by art. 293 B, of a seller without VAT number',
    issuedFor([anItem('ELEVE', 412, { vat: 0 })], { seller: { ...seller, vatNumber: '' } }),
  ],
  [
    'to a member in Guyane, where no VAT applies',
    issuedFor([anItem('ELEVE', 412, { vat: 0 })], { buyer: { ...buyer, department: '973' } }),
  ],
  ['metered, with its complement', issuedOf(aDraft({ ...metered, basis: 'METERED' }))],
  [
    'with & < > " œ and U+2019 in its names',
    issuedFor([anItem('ELEVE', 412, { label: 'Compte « élève » & <œuvre> d’école' })], {
      buyer: { ...buyer, name: 'Commune de Saint-Cœur & de l’Œuvre  "double"' },
    }),
  ],
  [
    'of a member that gave nothing but its SIRET',
    issuedFor([anItem('ELEVE', 412)], {
      buyer: { ...buyer, serviceCode: '', purchaseOrderNumber: '', marketNumber: '', address: '' },
      seller: { ...seller, iban: '', legalMentions: '' },
    }),
  ],
];

test.each(kinds)('BIL-6: EN 16931 takes an invoice %s, and so do we', async (_, invoice) => {
  const verdict = await judged(invoice);
  expect(verdict).toMatchObject({ valid: true, findings: [] });
  expect(verdict.fired).toBeGreaterThan(60);
  expect(refusalsOf(eInvoiceOf(invoice, 'CPRO'))).toEqual([]);
});

const byKit = async (xml: Buffer) => (await FacturX.fromXML(xml)).validate();

test.each(kinds)(
  'BIL-6: another reader reckons an invoice %s alike, line by line',
  async (_, invoice) => {
    expect(await byKit(ciiXml(eInvoiceOf(invoice, 'AFNOR')))).toEqual({ valid: true });
  },
);

test('BIL-6: another reader finds what EN 16931 lets pass: lines that are a cent beside quantity × price', async () => {
  const xml = ciiXml(eInvoiceOf(issuedOf(aDraft()), 'CPRO')).toString();
  const off = xml
    .replace('<ram:LineTotalAmount>39.79<', '<ram:LineTotalAmount>39.78<')
    .replace('<ram:LineTotalAmount>223.09<', '<ram:LineTotalAmount>223.10<');
  expect(off.match(/39\.78|223\.10/g)).toHaveLength(2);
  const verdict = await validators.invoice(Buffer.from(off), 'factur-x.xml');
  expect(verdict).toMatchObject({ valid: true, findings: [] });
  expect(await byKit(Buffer.from(off))).toMatchObject({ valid: false });
});

const issuePaper = new IssuePaper(
  new Circuits(),
  new PaperPrinter(new PrintingThreadCount(0), createLogger('billing', 'silent')),
);

const issued = (invoice: FinalisedInvoice) => issuePaper.drawn(invoice, issuePaper.xmlOf(invoice));

test.each([0, 2, 7])(
  'BIL-6: what is issued is a Factur-X: PDF/A-3a, PDF/UA-1 and EN 16931 at once (kind %s of those above)',
  async (at) => {
    const { pdf, xml } = await issued(kinds[at]![1]);
    const verdicts = await Promise.all([
      ...[validators.pdfA3a(pdf), validators.pdfUa1(pdf)],
      ...[validators.invoice(pdf, 'facture.pdf'), validators.invoice(xml, 'factur-x.xml')],
    ]);
    for (const verdict of verdicts) expect(verdict).toMatchObject({ valid: true, findings: [] });
    // The rules that fired are as many as for the XML by itself: it was found in the PDF.
    expect(verdicts[2]!.fired).toBe(verdicts[3]!.fired);
    expect((await FacturX.fromPDF(pdf)).validate()).toEqual({ valid: true });
  },
);

test('BIL-6: the PDF bears the XML to the byte, the evidence without a name, and shows each mention of the XML', async () => {
  const invoice = issuedOf(aDraft());
  const { pdf, xml } = await issued(invoice);
  const file = new PdfFile(pdf);
  const attached = [...file.objects].filter(([, body]) => body.includes('/Type /EmbeddedFile'));
  const [first, second] = attached.map(([id]) => file.streamOf(id));
  expect(first!.equals(xml)).toBe(true);
  const evidence = JSON.parse(second!.toString()) as { lines: unknown[] };
  expect(evidence).toMatchObject({ number: invoice.number, evidence: invoice.evidence });
  expect(evidence.lines).toMatchObject([
    { accountDays: '6180', unitPrice: '2.3500', net: '39.79' },
    { accountDays: '34650', unitPrice: '2.3500', net: '223.09' },
  ]);
  const shown = pdfWords(pdf).join(' ').replace(/\s+/g, ' ');
  const terms = eInvoiceOf(invoice, 'CPRO');
  for (const mention of [
    ...[terms.number, terms.serviceCode, terms.purchaseOrderNumber, terms.marketNumber],
    ...[terms.terms, ...terms.notes.map(({ text }) => text)],
    ...[terms.seller.name, terms.buyer.name, terms.seller.legalMentions],
    ...['262,88 €', '52,58 €', '315,46 €'],
  ]) {
    expect(shown).toContain(mention.replace(/\s+/g, ' '));
  }
});

test('BIL-6: EN 16931 takes both circuits; each puts the SIRET where its own readers look', async () => {
  const invoice = issuedOf(aDraft());
  const ids = (circuit: Circuit) =>
    [
      ...ciiXml(eInvoiceOf(invoice, circuit))
        .toString()
        .matchAll(/schemeID="(0\d+)">(\w+)</g),
    ].map(([, scheme, id]) => `${scheme} ${id}`);
  expect(ids('CPRO')).toEqual(['0002 90000000100017', '0002 21440109300015']);
  expect(ids('AFNOR')).toEqual([
    ...['0009 90000000100017', '0002 900000001', '0225 900000001_90000000100017'],
    ...['0009 21440109300015', '0002 214401093', '0225 214401093_21440109300015'],
  ]);
  expect(await judged(invoice, 'AFNOR')).toMatchObject({ valid: true, findings: [] });
});

// Of what was invoiced (450 accounts from 3 November): nothing, fewer, and more at two rates.
const corrections: [string, FinalisedInvoice[], string][] = [
  ['a full credit note', correcting(undefined, []), '381'],
  ['a credit note of the difference', correcting('PAID', [anItem('ELEVE', 400)]), '381'],
  [
    'a complementary invoice at two rates',
    correcting('PAID', [
      anItem('ELEVE', 500),
      anItem('LIVRE', 12, { vat: 550, price: '4.1250', label: 'Manuel' }),
    ]),
    '380',
  ],
];

// The VAT of a difference is the difference of two VATs: valid, and Mustang reckons it from the base and warns of the cent.
const besideACent = /^warning: Arithmetical issue:Payable total/;

test.each(corrections)(
  'BIL-8: %s is a Factur-X, quotes one invoice, and says on paper and in its XML which and why',
  async (_, [document, ...others], type) => {
    expect(others).toEqual([]);
    const { pdf, xml } = await issued(document!);
    const verdicts = await Promise.all([
      ...[validators.pdfA3a(pdf), validators.pdfUa1(pdf)],
      ...[validators.invoice(pdf, 'document.pdf'), validators.invoice(xml, 'document.xml')],
    ]);
    for (const { valid, findings } of verdicts) {
      expect([valid, findings.filter((one) => !besideACent.test(one))]).toEqual([true, []]);
    }
    const text = xml.toString();
    expect(text).toContain(`<ram:TypeCode>${type}</ram:TypeCode>`);
    expect(text.match(/<ram:InvoiceReferencedDocument>/g)).toHaveLength(1);
    expect(text).toContain('<ram:IssuerAssignedID>EP22-2023-000001</ram:IssuerAssignedID>');
    if (type === '381') expect(text).not.toContain('PaymentMeans');
    const shown = pdfWords(pdf).join(' ').replace(/\s+/g, ' ');
    expect(shown).toContain('facture n° EP22-2023-000001 du 29 janvier 2023');
    const reason = 'Motif : Commande corrigée : trois classes ont fermé à la rentrée.';
    expect(shown).toContain(reason);
    // Who books by machine reads it too (BT-21, BT-22).
    expect(text).toMatch(
      new RegExp(
        `n° EP22-2023-000001 du 29 janvier 2023\\. ${reason}</ram:Content>\\s*<ram:SubjectCode>ACD<`,
      ),
    );
    expect(shown).toContain(type === '381' ? 'AVOIR' : 'FACTURE');
  },
);

test('BIL-8: the VAT of a difference may be a cent beside its base, and no more; that of an invoice may not', () => {
  const [, [document]] = corrections[1]!;
  const terms = eInvoiceOf(document!, 'CPRO');
  const off = (cents: bigint) => ({
    ...{ ...terms, vatCents: terms.vatCents + cents, totalCents: terms.totalCents + cents },
    dueCents: terms.dueCents + cents,
    vatTotals: terms.vatTotals.map((total) => ({ ...total, vatCents: total.vatCents + cents })),
  });
  expect(refusalsOf(off(1n))).toEqual([]);
  expect(refusalsOf(off(2n)).map(({ rule }) => rule)).toEqual(['BR-CO-17']);
  expect(refusalsOf({ ...off(1n), isDifference: false }).map(({ rule }) => rule)).toEqual([
    'BR-CO-17',
  ]);
});
