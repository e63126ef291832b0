import { frenchDate } from '#libs/time';
import type { Correcting, InvoiceKind } from './invoice.js';

/** Which invoice a document corrects, as paper and XML say it alike (CGI art. 272, 289). */
export const correctionMention = (
  kind: InvoiceKind,
  { number, issuedOn }: Pick<Correcting, 'number' | 'issuedOn'>,
): string => `${sentences[kind]} la facture n° ${number} du ${frenchDate(issuedOn)}.`;

/** And why: one line, whoever typed it. */
export const correctionReason = ({ reason }: Pick<Correcting, 'reason'>): string =>
  `Motif : ${reason.replace(/\s+/g, ' ').trim()}`;

const sentences: Readonly<Record<InvoiceKind, string>> = {
  INVOICE: 'Cette facture remplace',
  COMPLEMENT: 'Cette facture complémentaire porte sur ce qui reste dû au-delà de',
  CREDIT_NOTE: 'Cet avoir annule en entier',
  CREDIT_OF_DIFFERENCE: 'Cet avoir porte sur ce qui a été facturé en trop par',
};
