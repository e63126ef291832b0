import type { InvoiceSummary } from '#libs/contracts';
import { formatEuros, plural } from '#libs/money';
import { PdfFile } from '../../../test/support/pdf-file.js';
import { problemsOr } from './checks.js';
import type { Check } from './figures.js';
import { isCreditNote, listInvoices, owedOf } from './list-invoices.js';
import type { Services } from './services.js';
import type { Stage } from './stage.js';

/** And what stands on both sides. */
type Booked = Amounts & { readonly debit: bigint; readonly credit: bigint };
type Amounts = { readonly net: bigint; readonly vat: bigint; readonly total: bigint };

/**
 * What is said of each issued document at four places, read from what each of them gives out, is one to the cent: the
 * list, the XML by itself, the PDF (the XML in it, and what the eye sees), the sales journal (BIL-6, BIL-8).
 */
export async function checkPapers({ scenario, services, memberships }: Papers): Promise<Check> {
  const issued: InvoiceSummary[] = [];
  const faults: string[] = [];
  for (const membershipId of memberships) {
    const own = (await listInvoices(services, membershipId)).filter(
      ({ status }) => status === 'FINALISED',
    );
    const found = await Promise.all(own.map((invoice) => faultsOfPaper(services, invoice)));
    issued.push(...own);
    faults.push(...found.flat());
  }
  const years = new Set(issued.map(({ issuedOn }) => Number(issuedOn.slice(0, 4))));
  const journal = new Map<string, Booked>();
  for (const year of years) {
    const { content } = await services
      .billing()
      .exportSalesJournal({ marketCode: scenario.marketCode, year });
    for (const [number, amounts] of readJournal(Buffer.from(content).toString('utf8')))
      journal.set(number, amounts);
  }
  for (const invoice of issued) {
    const booked = journal.get(invoice.number);
    if (!booked || !sameAs(signed(invoice), booked)) faults.push(`${invoice.number} : journal`);
    if (booked && booked.debit !== booked.credit) faults.push(`${invoice.number} : non équilibrée`);
  }
  if (journal.size !== issued.length)
    faults.push(`${journal.size} pièces au journal pour ${issued.length} émises`);
  const booked = [...journal.values()].reduce((sum, { total }) => sum + total, 0n);
  if (booked !== owedOf(issued)) faults.push(`journal : ${formatEuros(booked)}`);
  const credits = issued.filter(isCreditNote).length;
  return {
    name: 'papers',
    title: 'Liste, XML, PDF et journal des ventes d’accord au centime',
    holds: faults.length === 0 && issued.length > 0,
    detail: problemsOr(
      faults,
      `${plural(issued.length - credits, 'facture', 'factures')}, ${plural(credits, 'avoir', 'avoirs')}, ${formatEuros(booked)} TTC`,
    ),
  };
}

type Papers = {
  readonly scenario: Pick<Stage['scenario'], 'marketCode'>;
  readonly services: Services;
  /** Their ids. */
  readonly memberships: readonly string[];
};

async function faultsOfPaper(services: Services, invoice: InvoiceSummary): Promise<string[]> {
  const { invoiceId, number, netCents, vatCents, totalCents, correctsNumber } = invoice;
  const [xml, pdf] = await Promise.all([
    services.billing().getInvoiceXml({ invoiceId }),
    services.billing().getInvoicePdf({ invoiceId }),
  ]);
  const text = Buffer.from(xml.content).toString('utf8');
  const file = new PdfFile(pdf.content);
  const [attached] = [...file.objects].filter(([, body]) => body.includes('/Type /EmbeddedFile'));
  const inside = attached ? file.streamOf(attached[0]) : Buffer.alloc(0);
  const shown = [...file.pages()].flatMap(({ texts }) => texts.map((one) => one.text)).join(' ');
  // Between spaces: 20,00 € is no part of 120,00 €.
  const isShown = (cents: bigint) => ` ${plain(shown)} `.includes(` ${plain(formatEuros(cents))} `);
  const holds: Record<string, boolean> = {
    'XML, numéro': element(text, 'ID', 'rsm:ExchangedDocument') === number,
    'XML, type': element(text, 'TypeCode', 'rsm:ExchangedDocument') === typeOf(invoice),
    'XML, montants': sameAs(amountsOf(invoice), readXml(text)),
    'XML dans le PDF': inside.equals(Buffer.from(xml.content)),
    'PDF, numéro': shown.includes(number),
    'PDF, total': isShown(totalCents),
    'PDF, hors taxes': isShown(netCents),
    'PDF, TVA': isShown(vatCents),
    'XML, facture citée': element(text, 'IssuerAssignedID', quoted) === correctsNumber,
  };
  return Object.keys(holds)
    .filter((what) => !holds[what])
    .map((what) => `${number} : ${what}`);
}

/** What a document corrects (BT-25). */
const quoted = 'ram:InvoiceReferencedDocument';

const typeOf = (invoice: InvoiceSummary): string => (isCreditNote(invoice) ? '381' : '380');

const amountsOf = ({ netCents, vatCents, totalCents }: InvoiceSummary): Amounts => ({
  ...{ net: netCents, vat: vatCents, total: totalCents },
});

function signed(invoice: InvoiceSummary): Amounts {
  const { net, vat, total } = amountsOf(invoice);
  return isCreditNote(invoice) ? { net: -net, vat: -vat, total: -total } : { net, vat, total };
}

const sameAs = (one: Amounts, other: Amounts): boolean =>
  one.net === other.net && one.vat === other.vat && one.total === other.total;

const plain = (text: string): string => text.replace(/\s+/g, ' ');

function element(xml: string, name: string, within: string): string {
  const part = new RegExp(`<${within}>([\\s\\S]*?)</${within}>`).exec(xml)?.[1] ?? '';
  return new RegExp(`<ram:${name}(?: [^>]*)?>([^<]*)<`).exec(part)?.[1] ?? '';
}

function readXml(xml: string): Amounts {
  const sums = 'ram:SpecifiedTradeSettlementHeaderMonetarySummation';
  const cents = (name: string) => BigInt(element(xml, name, sums).replace('.', '') || '-1');
  return {
    net: cents('TaxBasisTotalAmount'),
    vat: cents('TaxTotalAmount'),
    total: cents('GrandTotalAmount'),
  };
}

const nothingBooked: Booked = { net: 0n, vat: 0n, total: 0n, debit: 0n, credit: 0n };

/** By document: what the customer owes by it, less than nothing for a credit note. */
function readJournal(file: string): Map<string, Booked> {
  const documents = new Map<string, Booked>();
  const [, ...lines] = file.trimEnd().split('\r\n');
  for (const line of lines) {
    const fields = line.split('\t');
    const [account = '', number = ''] = [fields[4], fields[8]];
    const cents = (at: number) => BigInt((fields[at] ?? '').replace(',', ''));
    const [debit, credit] = [cents(11), cents(12)];
    const moved = debit - credit;
    const known = documents.get(number) ?? nothingBooked;
    documents.set(number, {
      net: account.startsWith('706') ? known.net - moved : known.net,
      vat: account.startsWith('4457') ? known.vat - moved : known.vat,
      total: account.startsWith('411') ? known.total + moved : known.total,
      ...{ debit: known.debit + debit, credit: known.credit + credit },
    });
  }
  return documents;
}
