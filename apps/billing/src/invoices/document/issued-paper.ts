import { formatIban } from '#libs/identifiers';
import { formatEuros } from '#libs/money';
import { PaperRead } from '#libs/pdf';
import { frenchDate } from '#libs/time';
import { type FinalisedInvoice, isCredit } from '../domain/invoice.js';

/**
 * Whether the PDF of an issued invoice carries just its XML, and a person reads on it what the books say: number, days,
 * account, and the amounts of each line and total in their order. Whichever release drew it: others may stand beside them.
 */
export function paperAgrees(pdf: Buffer, xml: Buffer, invoice: FinalisedInvoice): boolean {
  try {
    const paper = new PaperRead(pdf);
    return paper.attachment('factur-x.xml')?.equals(xml) === true && shows(paper, invoice);
  } catch {
    // Unreadable, cut or packed otherwise: not what was drawn.
    return false;
  }
}

/** Page after page, and no further than it takes: what invoices rest on is long. */
function shows(paper: PaperRead, invoice: FinalisedInvoice): boolean {
  const { lines, vatTotals, netCents, totalCents, kind, number, issuedOn, dueOn, seller } = invoice;
  const texts = new Set([number, frenchDate(issuedOn)]);
  if (!isCredit(kind)) {
    texts.add(frenchDate(dueOn));
    if (seller.iban !== '') texts.add(plain(formatIban(seller.iban)));
  }
  const amounts = [
    ...lines.map((line) => line.netCents),
    netCents,
    ...vatTotals.flatMap((total) => [total.netCents, total.vatCents]),
    // Once among the totals, once in the sentence that says what is to be paid, or credited.
    ...[totalCents, totalCents],
  ].map((cents) => plain(formatEuros(cents)));
  let next = 0;
  for (const page of paper.pages()) {
    const shown = page.map(plain);
    const text = shown.join(' ').replaceAll(/ +/g, ' ');
    for (const one of texts) if (text.includes(one)) texts.delete(one);
    for (const [amount] of shown.flatMap((one) => [...one.matchAll(euros)]))
      if (amount === amounts[next]) next += 1;
    if (texts.size === 0 && next === amounts.length) return true;
  }
  return false;
}

/** A face may have one glyph for spaces of several kinds: which one was written is not to be read. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

/** '1 277,38 €', of two decimals: a price has four. */
const euros = /\d[\d ]*,\d{2} €/g;
