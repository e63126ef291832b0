import type { LocalDate, Period } from '#libs/time';
import {
  type Buyer,
  type Correcting,
  type CreditedBy,
  type DraftAnswer,
  type ExplainedLine,
  type Invoice,
  type InvoiceContent,
  type InvoiceEvidence,
  type InvoiceKind,
  type Seller,
  isCredit,
  type Settlement,
} from './domain/invoice.js';
import type { InvoiceLineKind, VatTotal } from './domain/invoice-calculation.js';
import type { LineExplanation } from './domain/invoice-explanation.js';

/** One row of a list, without its lines. */
export type InvoiceRow = {
  readonly id: string;
  readonly membershipId: string;
  readonly organisationId: string;
  readonly marketCode: string;
  readonly period: Period;
  readonly kind: InvoiceKind;
  readonly revision: number;
  readonly status: Invoice['status'];
  readonly number: string;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly contestableUntil: LocalDate;
  readonly withdrawnOn: string;
  readonly withdrawalReason: string;
  /** The last answer to it; empty where nobody has said anything. */
  readonly answer: DraftAnswer['answer'] | '';
  /** What became of it once issued, a whole credit before what was said; empty where nothing has. */
  readonly settlement: Settlement['state'] | 'CREDITED' | '';
  readonly settledOn: string;
  /** The number of the invoice that it credits, completes or replaces; empty for the first. */
  readonly correctsNumber: string;
  /** Of a withdrawn draft: what was drafted in its place; empty where nothing was. */
  readonly replacedBy: string;
  readonly netCents: bigint;
  readonly vatCents: bigint;
  readonly totalCents: bigint;
};

export type InvoiceRecord = {
  invoice_id: string;
  membership_id: string;
  organisation_id: string;
  market_code: string;
  market_title: string;
  period_start: LocalDate;
  period_end: LocalDate;
  revision: number;
  basis: 'ORDERED' | 'METERED';
  seller: Seller;
  buyer: Buyer;
  evidence: InvoiceEvidence;
  net_cents: bigint;
  vat_cents: bigint;
  total_cents: bigint;
  drafted_on: LocalDate;
  contestable_until: LocalDate;
  payment_term_days: number;
  number_prefix: string;
  status: Invoice['status'];
  number: string | null;
  sequence: number | null;
  issued_on: LocalDate | null;
  due_on: LocalDate | null;
  withdrawn_on: LocalDate | null;
  withdrawal_reason: string | null;
  answers: readonly DraftAnswer[];
  kind: InvoiceKind;
  corrects: Correcting | null;
  settlement: Settlement | null;
  credited_by: CreditedBy | null;
  replaced_by: string | null;
};

/** All of an invoice but its lines and VAT totals; `i` is the row. */
export const invoiceColumns = `i.*, coalesce((
  select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('answer', a.answer, 'answeredOn', a.answered_on, 'reason', a.reason,
           'paper', case when a.document_id is not null
                         then jsonb_build_object('documentId', a.document_id, 'sha256', a.document_sha256) end)) order by a.position)
    from draft_answer a where a.invoice_id = i.invoice_id), '[]') as answers,
  (select jsonb_build_object('invoiceId', c.invoice_id, 'number', c.number, 'issuedOn', c.issued_on,
            'reason', i.correction_reason, 'proposalId', i.proposal_id)
     from invoice c where c.invoice_id = i.corrects_id) as corrects,
  (select jsonb_build_object('number', c.number, 'issuedOn', c.issued_on)
     from invoice c where c.corrects_id = i.invoice_id and c.kind = 'CREDIT_NOTE' and c.status = 'FINALISED') as credited_by,
  (select r.invoice_id from invoice r
    where i.status = 'WITHDRAWN' and r.kind = i.kind and r.status <> 'WITHDRAWN'
      and (i.kind = 'INVOICE' or r.proposal_id = i.proposal_id)
      and (r.membership_id, r.period_start, r.period_end, r.revision)
        = (i.membership_id, i.period_start, i.period_end, i.revision)) as replaced_by,
  (select jsonb_build_object('state', s.state, 'settledOn', s.settled_on, 'reason', s.reason)
     from settlement s where s.invoice_id = i.invoice_id order by s.position desc limit 1) as settlement`;

export type LineRecord = {
  item_code: string;
  label: string;
  kind: InvoiceLineKind;
  period_start: LocalDate;
  period_end: LocalDate;
  days: number;
  days_in_contract_year: number;
  quantity: bigint | null;
  commitment: bigint;
  account_days: bigint;
  unit_price_ten_thousandths: bigint;
  vat_basis_points: number;
  net_cents: bigint;
  explanation: LineExplanation;
};

export type VatTotalRecord = { vat_basis_points: number; net_cents: bigint; vat_cents: bigint };

export function invoiceFromRecords(
  record: InvoiceRecord,
  lines: readonly LineRecord[],
  vatTotals: readonly VatTotalRecord[],
): Invoice {
  const content: InvoiceContent = {
    id: record.invoice_id,
    membershipId: record.membership_id,
    marketCode: record.market_code,
    marketTitle: record.market_title,
    numberPrefix: record.number_prefix,
    period: { start: record.period_start, end: record.period_end },
    kind: record.kind,
    ...(record.corrects ? { corrects: record.corrects } : {}),
    revision: record.revision,
    basis: record.basis,
    seller: record.seller,
    buyer: record.buyer,
    lines: lines.map(lineFromRecord),
    vatTotals: vatTotals.map(vatTotalFromRecord),
    netCents: record.net_cents,
    vatCents: record.vat_cents,
    totalCents: record.total_cents,
    evidence: record.evidence,
    draftedOn: record.drafted_on,
    contestableUntil: record.contestable_until,
    paymentTermDays: record.payment_term_days,
    answers: record.answers,
  };
  const { withdrawn_on: withdrawnOn, withdrawal_reason: withdrawalReason } = record;
  if (withdrawnOn !== null && withdrawalReason !== null) {
    const replacedBy = record.replaced_by;
    return {
      ...{ ...content, status: 'WITHDRAWN', withdrawnOn, withdrawalReason },
      ...(replacedBy === null ? {} : { replacedBy }),
    };
  }
  const { number, sequence, issued_on: issuedOn, due_on: dueOn } = record;
  if (number === null || sequence === null || issuedOn === null || dueOn === null) {
    return { ...content, status: 'DRAFT' };
  }
  const settlement = record.settlement ?? undefined;
  const issued = { ...content, number, sequence, issuedOn, dueOn };
  const creditedBy = record.credited_by;
  return {
    ...{ ...issued, status: 'FINALISED', ...(settlement ? { settlement } : {}) },
    ...(creditedBy ? { creditedBy } : {}),
  };
}

function lineFromRecord(line: LineRecord): ExplainedLine {
  return {
    itemCode: line.item_code,
    label: line.label,
    kind: line.kind,
    period: { start: line.period_start, end: line.period_end },
    days: line.days,
    daysInContractYear: line.days_in_contract_year,
    quantity: line.quantity === null ? null : Number(line.quantity),
    commitment: Number(line.commitment),
    accountDays: line.account_days,
    unitPrice: line.unit_price_ten_thousandths,
    vatBasisPoints: line.vat_basis_points,
    netCents: line.net_cents,
    explanation: line.explanation,
  };
}

function vatTotalFromRecord(total: VatTotalRecord): VatTotal {
  return {
    vatBasisPoints: total.vat_basis_points,
    netCents: total.net_cents,
    vatCents: total.vat_cents,
  };
}

/** A row of a list: its lines are not asked for. */
export const rowFromRecord = (record: InvoiceRecord): InvoiceRow =>
  rowOf(invoiceFromRecords(record, [], []));

/** The row of an invoice, wherever it comes from. What was credited whole is owed by nobody, and falls due no more. */
export function rowOf(invoice: Invoice): InvoiceRow {
  const issued = invoice.status === 'FINALISED' ? invoice : undefined;
  const withdrawn = invoice.status === 'WITHDRAWN' ? invoice : undefined;
  const { creditedBy, settlement } = issued ?? {};
  return {
    id: invoice.id,
    membershipId: invoice.membershipId,
    organisationId: invoice.buyer.organisationId,
    marketCode: invoice.marketCode,
    period: invoice.period,
    kind: invoice.kind,
    revision: invoice.revision,
    status: invoice.status,
    number: issued?.number ?? '',
    issuedOn: issued?.issuedOn ?? '',
    dueOn: creditedBy || isCredit(invoice.kind) ? '' : (issued?.dueOn ?? ''),
    contestableUntil: invoice.contestableUntil,
    withdrawnOn: withdrawn?.withdrawnOn ?? '',
    withdrawalReason: withdrawn?.withdrawalReason ?? '',
    replacedBy: withdrawn?.replacedBy ?? '',
    answer: invoice.answers.at(-1)?.answer ?? '',
    settlement: creditedBy ? 'CREDITED' : (settlement?.state ?? ''),
    settledOn: creditedBy ? creditedBy.issuedOn : (settlement?.settledOn ?? ''),
    correctsNumber: invoice.corrects?.number ?? '',
    netCents: invoice.netCents,
    vatCents: invoice.vatCents,
    totalCents: invoice.totalCents,
  };
}
