import {
  DraftAnsweredSchema,
  DraftWithdrawnSchema,
  event,
  InvoiceDraftedSchema,
  InvoiceFinalisedSchema,
  InvoiceSettledSchema,
  type NewEvent,
} from '#libs/contracts';
import type {
  DraftInvoice,
  FinalisedInvoice,
  Invoice,
  WithdrawnInvoice,
} from './domain/invoice.js';
import { type InvoiceRow, rowOf } from './invoices.mapping.js';

export function draftedEvent(draft: DraftInvoice): NewEvent {
  return event(InvoiceDraftedSchema, draft.membershipId, { invoice: toSummary(rowOf(draft)) });
}

export function withdrawnEvent(draft: WithdrawnInvoice): NewEvent {
  return event(DraftWithdrawnSchema, draft.membershipId, { invoice: toSummary(rowOf(draft)) });
}

export function finalisedEvent(invoice: FinalisedInvoice): NewEvent {
  return event(InvoiceFinalisedSchema, invoice.membershipId, {
    invoice: toSummary(rowOf(invoice)),
  });
}

/** What was said of a draft, as its summary then tells. */
export function answeredEvent(draft: Invoice): NewEvent {
  return event(DraftAnsweredSchema, draft.membershipId, { invoice: toSummary(rowOf(draft)) });
}

/** What became of an issued invoice, as its summary then tells (BIL-8). */
export function settledEvent(invoice: FinalisedInvoice): NewEvent {
  return event(InvoiceSettledSchema, invoice.membershipId, { invoice: toSummary(rowOf(invoice)) });
}

/** The summary of the contract: no line, no party, no person. */
export function toSummary(row: InvoiceRow) {
  return {
    invoiceId: row.id,
    membershipId: row.membershipId,
    organisationId: row.organisationId,
    marketCode: row.marketCode,
    period: { startsOn: row.period.start, endsOn: row.period.end },
    kind: row.kind,
    revision: row.revision,
    status: row.status,
    number: row.number,
    issuedOn: row.issuedOn,
    dueOn: row.dueOn,
    contestableUntil: row.contestableUntil,
    withdrawnOn: row.withdrawnOn,
    withdrawalReason: row.withdrawalReason,
    answer: row.answer,
    settlement: row.settlement,
    settledOn: row.settledOn,
    correctsNumber: row.correctsNumber,
    replacedBy: row.replacedBy,
    netCents: row.netCents,
    vatCents: row.vatCents,
    totalCents: row.totalCents,
  };
}
