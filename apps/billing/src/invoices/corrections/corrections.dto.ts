import type { MessageInitShape } from '@bufbuild/protobuf';
import type { InvoiceToMendSchema } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import type { InvoiceTotals } from '../domain/invoice-calculation.js';
import { toLineChanges } from '../invoices.dto.js';
import { toSummary } from '../invoices.events.js';
import { rowOf } from '../invoices.mapping.js';
import type { InvoiceToMend } from './view-invoices-to-mend.js';

export function toInvoiceToMend(
  { invoice, mending, issued, problem, proposal }: InvoiceToMend,
  caller: Caller,
): MessageInitShape<typeof InvoiceToMendSchema> {
  const numberOf = (invoiceId: string) => issued.find(({ id }) => id === invoiceId)?.number ?? '';
  return {
    invoice: toSummary(rowOf(invoice)),
    organisationName: invoice.buyer.name,
    problem,
    ...(mending && {
      was: toAmounts(mending.was),
      is: toAmounts(mending.is),
      difference: toAmounts({
        netCents: mending.is.netCents - mending.was.netCents,
        vatCents: mending.is.vatCents - mending.was.vatCents,
        totalCents: mending.is.totalCents - mending.was.totalCents,
      }),
      lines: toLineChanges(mending.lines),
      documents: mending.documents.map((document) => ({
        ...{ kind: document.kind, revision: document.revision, amounts: toAmounts(document) },
        correctsNumber: numberOf(document.creditsComplement ?? invoice.id),
      })),
    }),
    ...(proposal && {
      proposal: {
        proposalId: proposal.proposalId,
        digest: proposal.digest,
        proposedOn: proposal.proposedOn,
        expiresOn: proposal.expiresOn,
        isOwn: proposal.proposedBy === caller.userId,
      },
    }),
  };
}

const toAmounts = ({ netCents, vatCents, totalCents }: Omit<InvoiceTotals, 'vatTotals'>) => ({
  ...{ netCents, vatCents, totalCents },
});
