import { formatIban } from '#libs/identifiers';
import { formatEuros } from '#libs/money';
import { PaperRead } from '#libs/pdf';
import { frenchDate } from '#libs/time';
import { type FinalisedInvoice, isCredit } from '../domain/invoice.js';
import { textsOf } from './invoice-pdf.js';

/**
 * Whether the PDF of an issued invoice carries just its XML, and a person reads on it what the books say, number, days,
 * account, and the amounts of each line and total in their order, and nothing that they do not say.
 */
export function paperAgrees(pdf: Buffer, xml: Buffer, invoice: FinalisedInvoice): boolean {
  try {
    const paper = new PaperRead(pdf);
    if (paper.attachment('factur-x.xml')?.equals(xml) !== true) return false;
    const pages = [...paper.pages()];
    return shows(pages, invoice) && beyondTheBooks(pages, invoice) === '';
  } catch {
    // Unreadable, cut or packed otherwise: not what was drawn.
    return false;
  }
}

type Pages = readonly (readonly string[])[];

/**
 * What stands on the pages that the data of the invoice do not give, without spaces: each of its texts is taken off once,
 * in the order in which they are written or in any other, and what a page repeats as often as it stands there. Where a
 * text stands, over how many lines or pages, is a matter of the release that drew it. A release that words something
 * otherwise takes the earlier wording too: issued papers stay as they are.
 */
export function beyondTheBooks(pages: Pages, invoice: FinalisedInvoice): string {
  const beyond = beyondTexts(pages, textsOf(invoice));
  if (beyond === '') return '';
  const isEarlier = earlierWordings.some(
    (wording) => beyondTexts(pages, textsOf(invoice, wording)) === '',
  );
  return isEarlier ? '' : beyond;
}

const earlierWordings = ['WITH_POSITIONS', 'NOVEMBER_2026'] as const;

function beyondTexts(
  pages: Pages,
  { texts, repeated, footer }: ReturnType<typeof textsOf>,
): string {
  const shown = pages.map((runs) => bare(runs.join(''))).join('');
  const numbers = pages.map((_page, at) => `Page${at + 1}/${pages.length}`);
  const often = [...[...repeated, footer].map(bare), ...numbers];
  const elsewhere: string[] = [];
  let at = 0;
  for (const text of texts.map(bare)) {
    for (let next: string | undefined = ''; next !== undefined && !shown.startsWith(text, at);) {
      at += next.length;
      next = often.find((one) => shown.startsWith(one, at));
    }
    if (shown.startsWith(text, at)) at += text.length;
    else elsewhere.push(text);
  }
  let left = shown.slice(at);
  // A longer one first: a shorter one may be a part of it.
  for (const text of [...elsewhere, ...often].sort((one, other) => other.length - one.length))
    left = often.includes(text) ? left.replaceAll(text, taken) : left.replace(text, taken);
  return left.replaceAll(taken, '');
}

/** Where something was taken off, so that what stood around it does not come together. */
const taken = '\0';

/** Page after page: what invoices rest on is long. */
function shows(pages: Pages, invoice: FinalisedInvoice): boolean {
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
  for (const page of pages) {
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

/** Without spaces, at which a line may be broken; letters that look alike, and may be one glyph, are one. */
const bare = (text: string): string => text.normalize('NFKC').replaceAll(/\s/g, '');

/** '1 277,38 €', of two decimals: a price has four. */
const euros = /\d[\d ]*,\d{2} €/g;
