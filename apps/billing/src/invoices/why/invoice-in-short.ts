import { formatCount, formatEuros, formatVatRate, plural } from '#libs/money';
import { frenchDate, frenchPeriod } from '#libs/time';
import { type Invoice, isCredit } from '../domain/invoice.js';
import type { OrderContribution } from '../domain/invoice-explanation.js';

const linesMax = 3;
const correctionsMax = 2;

/**
 * Why this amount, from the euro to the signed annex 2, in ten French sentences at most, however many lines, orders and
 * annexes it rests on (BIL-7): who wants more reads the lines. `corrections` are the sentences of what it corrects and what
 * corrects it.
 */
export function invoiceInShort(invoice: Invoice, corrections: readonly string[]): string[] {
  return [
    totalSentence(invoice),
    ...lineSentences(invoice),
    ...orderSentence(invoice),
    ...commitmentSentence(invoice),
    ...corrections.slice(0, correctionsMax),
  ];
}

function totalSentence({ status, kind, period, vatTotals, ...invoice }: Invoice): string {
  const { netCents, vatCents, totalCents } = invoice;
  const rates = vatTotals.map(({ vatBasisPoints }) => formatVatRate(vatBasisPoints)).join(' et ');
  const what = isCredit(kind) ? 'Rendu' : status === 'FINALISED' ? 'Facturé' : 'À facturer';
  return `${what} pour la période ${frenchPeriod(period)} : ${formatEuros(netCents)} HT + ${formatEuros(vatCents)} de TVA (${rates}, calculée sur le total de chaque taux) = ${formatEuros(totalCents)} TTC.`;
}

/** The largest ones, in their order; what they leave is one sentence. */
function lineSentences({ lines }: Invoice): string[] {
  const largest = new Set(
    [...lines].sort((a, b) => Number(b.netCents - a.netCents)).slice(0, linesMax),
  );
  const shown = lines.flatMap((line, index) =>
    largest.has(line) && line.explanation.sentences[0]
      ? [`Ligne ${index + 1}, ${line.label} : ${lowered(line.explanation.sentences[0])}`]
      : [],
  );
  const others = lines.filter((line) => !largest.has(line));
  if (others.length === 0) return shown;
  const left = others.reduce((sum, { netCents }) => sum + netCents, 0n);
  return [
    ...shown,
    `${plural(others.length, 'autre ligne', 'autres lignes')}, ${formatEuros(left)} HT ensemble, ${others.length === 1 ? 'calculée' : 'calculées'} de la même façon.`,
  ];
}

const lowered = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);

function orderSentence({ lines, basis }: Invoice): string[] {
  const seen = new Map<string, OrderContribution>();
  for (const { itemCode, explanation } of lines) {
    for (const order of explanation.orders) {
      seen.set(`${itemCode} ${order.orderId} ${order.effectiveFrom}`, order);
    }
  }
  const newest = [...seen.values()].sort((a, b) =>
    a.effectiveFrom < b.effectiveFrom ? -1 : a.effectiveFrom > b.effectiveFrom ? 1 : 0,
  );
  const last = newest.at(-1);
  if (last === undefined) {
    return basis === 'METERED'
      ? [
          'Quantités : les comptes ouverts à la fin de chaque jour, certifiés, et au moins l’engagement.',
        ]
      : [];
  }
  return [
    `Quantités : elles suivent ${plural(newest.length, 'changement de commande', 'changements de commande')} ; le dernier, commande ${last.number} signée le ${frenchDate(last.signedOn)}, vaut à compter du ${frenchDate(last.effectiveFrom)}.`,
  ];
}

function commitmentSentence({ lines }: Invoice): string[] {
  const signed = new Map(
    lines.flatMap(({ explanation }) =>
      explanation.signed.map((share) => [share.annexe2.sha256 || share.annexe2.title, share]),
    ),
  );
  if (signed.size === 0) return [];
  // A difference has no C of its own: its explanation says that of what is owed.
  const committed = Math.max(...lines.map(({ explanation }) => explanation.commitment));
  const [first] = [...signed.values()];
  const document =
    signed.size === 1
      ? `« ${first!.annexe2.title || 'annexe 2'} »`
      : `${formatCount(signed.size)} annexes 2 signées`;
  return [
    `Engagement : jamais moins que ce que signe ${document}, jusqu’à ${formatCount(committed)} comptes pour un article (convention, art. 7.1).`,
  ];
}
