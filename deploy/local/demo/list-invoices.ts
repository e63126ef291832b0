import type { InvoiceSummary } from '#libs/contracts';
import type { Services } from './services.js';

/** All invoices, credit notes and drafts of a membership, by period and number; what has none comes last. */
export async function listInvoices(
  services: Services,
  membershipId: string,
): Promise<InvoiceSummary[]> {
  const found: InvoiceSummary[] = [];
  let cursor = '';
  do {
    const { invoices, nextCursor } = await services
      .billing()
      .listInvoices({ membershipId, limit: 200, cursor });
    found.push(...invoices);
    cursor = nextCursor;
  } while (cursor !== '');
  return found.sort((left, right) => (placeOf(left) < placeOf(right) ? -1 : 1));
}

const placeOf = ({ period, number }: InvoiceSummary): string =>
  `${period?.startsOn ?? ''} ${number === '' ? '~' : number}`;

export const isCreditNote = ({ kind }: { readonly kind: string }): boolean =>
  kind === 'CREDIT_NOTE' || kind === 'CREDIT_OF_DIFFERENCE';

/** What all of them come to: invoices less credit notes; drafts count, those withdrawn do not. */
export const owedOf = (
  invoices: readonly {
    readonly kind: string;
    readonly status: string;
    readonly totalCents: bigint | string;
  }[],
): bigint =>
  invoices
    .filter(({ status }) => status !== 'WITHDRAWN')
    .reduce(
      (sum, one) =>
        isCreditNote(one) ? sum - BigInt(one.totalCents) : sum + BigInt(one.totalCents),
      0n,
    );
