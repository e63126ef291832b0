import { Sheet } from '#libs/pdf';
import { checkPapers } from './check-papers.js';
import type { Services } from './services.js';

const invoice = (number: string, kind: string, net: bigint, correctsNumber = '') => ({
  ...{ invoiceId: number, number, kind, status: 'FINALISED', issuedOn: '2023-01-30' },
  ...{ netCents: net, vatCents: net / 5n, totalCents: net + net / 5n },
  period: { startsOn: '2022-10-19', endsOn: '2023-01-19' },
  correctsNumber,
});
const issued = [invoice('F1', 'INVOICE', 10_000n), invoice('A2', 'CREDIT_NOTE', 500n, 'F1')];

const decimals = (cents: bigint) => `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
const quoted = (number: string) =>
  `<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>${number}</ram:IssuerAssignedID></ram:InvoiceReferencedDocument>`;
const xmlOf = ({
  number,
  kind,
  netCents,
  vatCents,
  totalCents,
  correctsNumber,
}: (typeof issued)[number]) =>
  `<rsm:ExchangedDocument><ram:ID>${number}</ram:ID><ram:TypeCode>${kind === 'INVOICE' ? 380 : 381}</ram:TypeCode></rsm:ExchangedDocument>` +
  `<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:TaxBasisTotalAmount>${decimals(netCents)}</ram:TaxBasisTotalAmount>` +
  `<ram:TaxTotalAmount currencyID="EUR">${decimals(vatCents)}</ram:TaxTotalAmount><ram:GrandTotalAmount>${decimals(totalCents)}</ram:GrandTotalAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>` +
  (correctsNumber === '' ? '' : quoted(correctsNumber));

async function pdfOf(number: string, amounts: string, xml: string): Promise<Uint8Array> {
  const date = new Date('2023-01-30T12:00Z');
  const sheet = new Sheet({ title: number, author: 'Démonstration', date });
  sheet.paragraph(`${number} ${amounts}`);
  sheet.attach({
    ...{ name: 'factur-x.xml', content: Buffer.from(xml), mediaType: 'text/xml', date },
    ...{ relationship: 'Alternative' as const, description: 'Facture' },
  });
  return sheet.finish(number);
}

const fec = (rows: readonly string[][]) =>
  [['heading'], ...rows].map((row) => `${row.join('\t')}\r\n`).join('');
const entry = (account: string, number: string, debit: string, credit: string) => [
  ...['VE', 'Ventes', '1', '20230130', account, '', '', '', number, '20230130', ''],
  ...[debit, credit, '', '', '20230130', '', ''],
];
const journal = [
  entry('411000', 'F1', '120,00', '0,00'),
  entry('706000', 'F1', '0,00', '100,00'),
  entry('445710', 'F1', '0,00', '20,00'),
  entry('411000', 'A2', '0,00', '6,00'),
  entry('706000', 'A2', '5,00', '0,00'),
  entry('445710', 'A2', '1,00', '0,00'),
];

type Told = { shownOfF1?: string; inside?: string; xml?: string; rows?: readonly string[][] };
const ofF1 = '100,00 € 20,00 € 120,00 €';

/** What the services tell of two documents, one thing of it another than it should be. */
async function verdict({ shownOfF1 = ofF1, inside, xml, rows = journal }: Told = {}) {
  const told = new Map(
    await Promise.all(
      issued.map(async (one) => {
        const text = one.number === 'F1' ? (xml ?? xmlOf(one)) : xmlOf(one);
        const amounts = one.number === 'F1' ? shownOfF1 : '5,00 € 1,00 € 6,00 €';
        const carried = one.number === 'F1' ? (inside ?? text) : text;
        return [one.number, { text, pdf: await pdfOf(one.number, amounts, carried) }] as const;
      }),
    ),
  );
  const billing = {
    listInvoices: () => Promise.resolve({ invoices: issued, nextCursor: '' }),
    getInvoiceXml: ({ invoiceId }: { invoiceId: string }) =>
      Promise.resolve({ content: Buffer.from(told.get(invoiceId)!.text) }),
    getInvoicePdf: ({ invoiceId }: { invoiceId: string }) =>
      Promise.resolve({ content: told.get(invoiceId)!.pdf }),
    exportSalesJournal: () => Promise.resolve({ content: Buffer.from(fec(rows)) }),
  };
  const services = { billing: () => billing } as unknown as Services;
  const { holds, detail } = await checkPapers({
    ...{ scenario: { marketCode: 'm' }, services, memberships: ['one'] },
  });
  return { holds, detail: detail.replace(/[\u00a0\u202f]/g, ' ') };
}

test('BIL-6, BIL-8: holds where list, XML, PDF and journal say the same, credit notes taken off', async () => {
  expect(await verdict()).toEqual({ holds: true, detail: '1 facture, 1 avoir, 114,00 € TTC' });
});

test.each<[string, Told, string]>([
  ['a cent in the PDF', { shownOfF1: ofF1.replace('120,00', '120,01') }, 'F1 : PDF, total'],
  ['a cent of VAT in it', { shownOfF1: ofF1.replace(' 20,00', ' 20,01') }, 'F1 : PDF, TVA'],
  ['no net in it', { shownOfF1: '20,00 € 120,00 €' }, 'F1 : PDF, hors taxes'],
  [
    'an invoice that quotes another',
    { xml: xmlOf(issued[0]!) + quoted('F0') },
    'F1 : XML, facture citée',
  ],
  ['another XML in the PDF', { inside: '<other/>' }, 'F1 : XML dans le PDF'],
  [
    'a cent in the XML',
    { xml: xmlOf(issued[0]!).replace('120.00', '120.01') },
    'F1 : XML, montants',
  ],
  ['another type', { xml: xmlOf(issued[0]!).replace('380', '381') }, 'F1 : XML, type'],
  [
    'a cent in the journal',
    { rows: journal.with(0, entry('411000', 'F1', '120,01', '0,00')) },
    'F1 : journal ; F1 : non équilibrée ; journal : 114,01 €',
  ],
  [
    'an entry that does not balance',
    { rows: [...journal, entry('467000', 'F1', '0,01', '0,00')] },
    'F1 : non équilibrée',
  ],
  [
    'a document more in the journal',
    { rows: [...journal, entry('411000', 'F3', '0,00', '0,00')] },
    '3 pièces au journal pour 2 émises',
  ],
])('fails on %s', async (_what, told, detail) => {
  expect(await verdict(told)).toEqual({ holds: false, detail });
});
