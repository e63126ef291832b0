import type { InvoiceSummary } from '#libs/contracts';
import { euros } from '../../words.js';

export type InvoiceKind = Pick<InvoiceSummary, 'kind'>;

/** What is given back (BIL-8). */
export const isCredit = ({ kind }: InvoiceKind): boolean =>
  kind === 'CREDIT_NOTE' || kind === 'CREDIT_OF_DIFFERENCE';

const kinds: Readonly<Record<string, string>> = {
  INVOICE: 'Facture',
  COMPLEMENT: 'Facture complémentaire',
  CREDIT_NOTE: 'Avoir',
  CREDIT_OF_DIFFERENCE: 'Avoir partiel',
};
export const invoiceKind = ({ kind }: InvoiceKind): string => kinds[kind] ?? 'Facture';

/** An amount as it counts for the member: what is given back is negative. */
export const counted = (of: InvoiceKind, cents: string): string =>
  euros(isCredit(of) && cents !== '0' ? `-${cents}` : cents);
