import { decimalOf, unitPriceDecimal } from '#libs/money';
import { isCredit, type FinalisedInvoice } from './invoice.js';

/**
 * Whether the XML of an issued invoice says what the books say of it: who invoices whom, where it is delivered, on which
 * engagement, what it corrects, days, account, each line with quantity and price, each rate and each total, in their order.
 * Read as text, from whatever release wrote it: a later one may write other terms, and none of these.
 */
export function xmlAgrees(xml: string, invoice: FinalisedInvoice): boolean {
  const { number, issuedOn, dueOn, kind, seller, buyer, corrects, lines, vatTotals } = invoice;
  const { netCents, vatCents, totalCents } = invoice;
  const all = (name: string, within = xml) => textsOf(name, within);
  const head = part(xml, 'rsm:ExchangedDocument');
  const paidTo = all('IBANID');
  const due = part(xml, 'ram:DueDateDateTime');
  const order = part(xml, 'ram:BuyerOrderReferencedDocument');
  const contract = part(xml, 'ram:ContractReferencedDocument');
  const cited = part(xml, 'ram:InvoiceReferencedDocument');
  const [sells, buys] = [part(xml, 'ram:SellerTradeParty'), part(xml, 'ram:BuyerTradeParty')];
  const citedNumber = corrects ? [corrects.number] : [];
  const rates = [...lines, ...vatTotals].map((one) => BigInt(one.vatBasisPoints));
  return (
    head.includes(`<ram:ID>${number}</ram:ID>`) &&
    head.includes(`<ram:TypeCode>${isCredit(kind) ? '381' : '380'}</ram:TypeCode>`) &&
    saysDay(head, issuedOn) &&
    saysDay(due, dueOn) &&
    // A credit note bears none where Chorus Pro takes it without.
    (isCredit(kind) || paidTo.join() === seller.iban) &&
    siretOf(sells) === seller.siret &&
    siretOf(buys) === buyer.recipientSiret &&
    sameTexts(all('Name', buys), [buyer.name]) &&
    sameTexts(all('BuyerReference'), [buyer.serviceCode]) &&
    sameTexts(all('IssuerAssignedID', order), [buyer.purchaseOrderNumber]) &&
    sameTexts(all('IssuerAssignedID', contract), [buyer.marketNumber]) &&
    sameTexts(all('IssuerAssignedID', cited), citedNumber) &&
    (corrects === undefined || saysDay(cited, corrects.issuedOn)) &&
    all('BilledQuantity').join() === lines.map(({ accountDays }) => accountDays).join() &&
    all('BasisQuantity').join() === lines.map((line) => line.daysInContractYear).join() &&
    all('ChargeAmount').join() === lines.map((line) => unitPriceDecimal(line.unitPrice)).join() &&
    same(all('RateApplicablePercent'), rates) &&
    same(
      all('BasisAmount'),
      vatTotals.map((total) => total.netCents),
    ) &&
    same(
      all('CalculatedAmount'),
      vatTotals.map((total) => total.vatCents),
    ) &&
    // The last is the sum of the lines.
    same(all('LineTotalAmount'), [...lines.map((line) => line.netCents), netCents]) &&
    same(all('TaxBasisTotalAmount'), [netCents]) &&
    same(all('TaxTotalAmount'), [vatCents]) &&
    same(all('GrandTotalAmount'), [totalCents]) &&
    same(all('DuePayableAmount'), [totalCents])
  );
}

/** What lies between the first tags of a name; an element that is not there says nothing. */
function part(xml: string, name: string): string {
  const [from, to] = [xml.indexOf(`<${name}>`), xml.indexOf(`</${name}>`)];
  return from < 0 || to < from ? '' : xml.slice(from, to);
}

const textsOf = (name: string, xml: string): string[] =>
  [...xml.matchAll(new RegExp(`<ram:${name}(?: [^>]*)?>([^<]*)</ram:${name}>`, 'g'))].map(
    ([, text = '']) => text,
  );

const saysDay = (xml: string, day: string): boolean =>
  xml.includes(`>${day.replaceAll('-', '')}</`);

/** Where it goes is what the two circuits disagree on. */
const siretOf = (party: string): string =>
  textsOf('GlobalID', party)[0] ??
  textsOf('ID', part(party, 'ram:SpecifiedLegalOrganization'))[0] ??
  '';

/** What is empty is not written. */
const sameTexts = (told: readonly string[], texts: readonly string[]): boolean =>
  told.map(unescaped).join('\n') === texts.map(asWritten).filter(Boolean).join('\n');

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

/** As cii-xml.ts cleans a text. */
const asWritten = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\s\ufffe\uffff]+/gu, ' ')
    .trim();

const same = (told: readonly string[], cents: readonly bigint[]): boolean =>
  told.join() === cents.map(decimalOf).join();
