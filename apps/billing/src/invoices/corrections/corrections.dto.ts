import { type MessageInitShape } from '@bufbuild/protobuf';
import { type InvoiceToMendSchema } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { type LineChange } from '../domain/correction.js';
import { type InvoiceTotals } from '../domain/invoice-calculation.js';
import { toSummary } from '../invoices.events.js';
import { rowOf } from '../invoices.mapping.js';
import { type InvoiceToMend } from './view-invoices-to-mend.js';

const linesMax = 200;

export function toInvoiceToMend(
  { invoice, mending, problem, proposal }: InvoiceToMend,
  caller: Caller,
): MessageInitShape<typeof InvoiceToMendSchema> {
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
      lines: mending.lines.slice(0, linesMax).map(toLineChange),
      documents: mending.documents.map((document) => ({
        ...{ kind: document.kind, revision: document.revision, amounts: toAmounts(document) },
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

const toLineChange = (line: LineChange) => ({
  ...{ itemCode: line.itemCode, label: line.label, kind: line.kind },
  period: { startsOn: line.period.start, endsOn: line.period.end },
  vatBasisPoints: line.vatBasisPoints,
  wasAccountDays: line.wasAccountDays,
  isAccountDays: line.isAccountDays,
  wasCents: line.wasCents,
  isCents: line.isCents,
});
