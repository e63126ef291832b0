import { decimalOf } from '#libs/money';
import { isCredit, type FinalisedInvoice } from './invoice.js';

/**
 * Whether the XML of an issued invoice says what the books say of it: number, day, kind, account, each line and each total,
 * in their order. Read as text, from whatever release wrote it: a later one may write other terms, and none of these.
 */
export function xmlAgrees(xml: string, invoice: FinalisedInvoice): boolean {
  const all = (name: string) =>
    [...xml.matchAll(new RegExp(`<ram:${name}(?: [^>]*)?>([^<]*)</ram:${name}>`, 'g'))].map(
      ([, text]) => text,
    );
  const { number, issuedOn, kind, seller, lines, netCents, vatCents, totalCents } = invoice;
  const [head = ''] = /<rsm:ExchangedDocument>.*?<\/rsm:ExchangedDocument>/s.exec(xml) ?? [];
  const paidTo = all('IBANID');
  return (
    head.includes(`<ram:ID>${number}</ram:ID>`) &&
    head.includes(`<ram:TypeCode>${isCredit(kind) ? '381' : '380'}</ram:TypeCode>`) &&
    head.includes(`>${issuedOn.replaceAll('-', '')}</udt:DateTimeString>`) &&
    // A credit note bears none where Chorus Pro takes it without.
    (isCredit(kind) || paidTo.join() === seller.iban) &&
    // The last is the sum of the lines.
    same(all('LineTotalAmount'), [...lines.map((line) => line.netCents), netCents]) &&
    same(all('TaxBasisTotalAmount'), [netCents]) &&
    same(all('TaxTotalAmount'), [vatCents]) &&
    same(all('GrandTotalAmount'), [totalCents]) &&
    same(all('DuePayableAmount'), [totalCents])
  );
}

const same = (told: readonly (string | undefined)[], cents: readonly bigint[]): boolean =>
  told.join() === cents.map(decimalOf).join();
