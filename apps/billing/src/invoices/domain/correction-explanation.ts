import { formatEuros } from '#libs/money';
import { frenchDate } from '#libs/time';
import { correctionMention, correctionReason } from './correction-mention.js';
import { lineChanges, type LineChange } from './correction.js';
import { type FinalisedInvoice, type Invoice, isCredit } from './invoice.js';

/** A document that credits, completes or replaces an invoice, as its own chain tells it. */
export type Follower = Pick<FinalisedInvoice, 'kind' | 'totalCents'> & {
  /** Both empty where it is a draft. */
  readonly number: string;
  readonly issuedOn: string;
  /** Of a complement: a credit note took it back whole. */
  readonly isCredited?: boolean;
};

export type CorrectionExplanation = {
  /** French, first to last; empty where nothing was corrected. */
  readonly sentences: readonly string[];
  /** Of a replacement: each line that is not the one of the invoice in whose place it stands. */
  readonly changes: readonly LineChange[];
};

/** Why it is not the first of its period, and what became of it since (BIL-7, BIL-8): from what was issued alone. */
export function explainCorrection(
  invoice: Invoice,
  corrected: Invoice | undefined,
  followers: readonly Follower[],
): CorrectionExplanation {
  const { corrects, kind } = invoice;
  const before =
    corrects === undefined ? [] : [correctionMention(kind, corrects), correctionReason(corrects)];
  const isReplacement = corrected !== undefined && kind === 'INVOICE';
  return {
    sentences: [
      ...before,
      ...(isReplacement ? [amountsSentence(corrected, invoice)] : []),
      ...followers.map((one) => followerSentence(one)),
    ],
    changes: isReplacement ? lineChanges([corrected], invoice.lines) : [],
  };
}

function amountsSentence(was: Invoice, is: Invoice): string {
  const difference = is.totalCents - was.totalCents;
  const [more, less] = ['de plus', 'de moins'];
  const how =
    difference === 0n
      ? 'sans écart'
      : `soit ${formatEuros(difference < 0n ? -difference : difference)} ${difference < 0n ? less : more}`;
  return `Montant TTC : ${formatEuros(was.totalCents)} facturés d’abord, ${formatEuros(is.totalCents)} à présent, ${how}.`;
}

function followerSentence({ kind, number, issuedOn, totalCents, isCredited }: Follower): string {
  const amount = `${formatEuros(totalCents)} TTC`;
  if (number === '') return `Un projet de facture de ${amount} ${verbs[kind]}.`;
  const what = isCredit(kind) ? 'L’avoir' : 'La facture';
  return `${what} n° ${number} du ${frenchDate(issuedOn as FinalisedInvoice['issuedOn'])} (${amount}) ${verbs[kind]}${isCredited ? ', puis a été annulée par un avoir' : ''}.`;
}

const verbs: Readonly<Record<FinalisedInvoice['kind'], string>> = {
  INVOICE: 'la remplace',
  COMPLEMENT: 'la complète de ce qui reste dû',
  CREDIT_NOTE: 'l’annule en entier',
  CREDIT_OF_DIFFERENCE: 'rend ce qui a été facturé en trop',
};
