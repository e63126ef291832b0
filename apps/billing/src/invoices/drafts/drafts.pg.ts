import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { DraftInvoice, WithdrawnInvoice } from '../domain/invoice.js';

/** Drafts as they are born, whole or not at all, and as they are taken back. */
@Injectable()
export class Drafts {
  /**
   * All that are given in four statements. The ids of those written: left out is who has an invoice of this period and
   * revision already (BIL-5).
   */
  async insert(
    tx: Transaction,
    drafts: readonly DraftInvoice[],
    runId: string,
  ): Promise<ReadonlySet<string>> {
    if (drafts.length === 0) return new Set();
    const inserted = new Set(
      await tx.column<string>(insertSql, [JSON.stringify(drafts.map(toRow)), runId]),
    );
    const anew = drafts.filter(({ id }) => inserted.has(id));
    if (anew.length === 0) return inserted;
    await tx.query(insertLinesSql, [JSON.stringify(anew.flatMap(toLineRows))]);
    await tx.query(insertVatTotalsSql, [JSON.stringify(anew.flatMap(toVatRows))]);
    await tx.query(
      `insert into draft_review (invoice_id, membership_version, late_facts)
       select * from unnest($1::uuid[], $2::bigint[], $3::bigint[])`,
      [
        anew.map(({ id }) => id),
        anew.map(({ evidence }) => evidence.membershipVersion),
        anew.map(({ evidence }) => evidence.lateFacts),
      ],
    );
    return inserted;
  }

  /** It waits for nothing any more. Gives the run that drafted it. */
  async saveWithdrawn(tx: Transaction, draft: WithdrawnInvoice): Promise<string> {
    const { rows } = await tx.query<{ run_id: string }>(
      `update invoice set status = 'WITHDRAWN', withdrawn_on = $2, withdrawal_reason = $3
       where invoice_id = $1 returning run_id`,
      [draft.id, draft.withdrawnOn, draft.withdrawalReason],
    );
    await tx.query('delete from draft_review where invoice_id = $1', [draft.id]);
    await tx.query('delete from numbering_failure where invoice_id = $1', [draft.id]);
    // What it was to mend is to be mended again.
    await tx.query('update invoice_review set membership_version = -1 where invoice_id = $1', [
      draft.corrects?.invoiceId ?? null,
    ]);
    return (rows[0] as { run_id: string }).run_id;
  }
}

const insertSql = `
insert into invoice
  (invoice_id, membership_id, organisation_id, market_code, market_title, period_start, period_end,
   revision, run_id, basis, seller, buyer, evidence, net_cents, vat_cents, total_cents, drafted_on,
   contestable_until, payment_term_days, number_prefix, supplier_siret, kind, corrects_id, correction_reason,
   proposal_id, status)
select invoice_id, membership_id, organisation_id, market_code, market_title, period_start, period_end,
       revision, $2, basis, seller, buyer, evidence, net_cents, vat_cents, total_cents, drafted_on,
       contestable_until, payment_term_days, number_prefix, supplier_siret, kind, corrects_id, correction_reason,
       proposal_id, 'DRAFT'
  from jsonb_populate_recordset(null::invoice, $1::jsonb)
on conflict (membership_id, period_start, period_end, revision) where kind = 'INVOICE' and status <> 'WITHDRAWN'
  do nothing
returning invoice_id`;

const insertLinesSql = `
insert into invoice_line
  (invoice_id, line, item_code, label, kind, period_start, period_end, days_in_contract_year, quantity,
   commitment, account_days, unit_price_ten_thousandths, vat_basis_points, net_cents, explanation)
select invoice_id, line, item_code, label, kind, period_start, period_end, days_in_contract_year, quantity,
       commitment, account_days, unit_price_ten_thousandths, vat_basis_points, net_cents, explanation
  from jsonb_populate_recordset(null::invoice_line, $1::jsonb)`;

const insertVatTotalsSql = `
insert into invoice_vat_total (invoice_id, vat_basis_points, net_cents, vat_cents)
select invoice_id, vat_basis_points, net_cents, vat_cents
  from jsonb_populate_recordset(null::invoice_vat_total, $1::jsonb)`;

// Cents and counters travel as text: JSON has no number that holds all of them.
const toRow = (draft: DraftInvoice) => ({
  invoice_id: draft.id,
  membership_id: draft.membershipId,
  organisation_id: draft.buyer.organisationId,
  market_code: draft.marketCode,
  market_title: draft.marketTitle,
  period_start: draft.period.start,
  period_end: draft.period.end,
  revision: draft.revision,
  basis: draft.basis,
  seller: draft.seller,
  buyer: draft.buyer,
  evidence: draft.evidence,
  net_cents: draft.netCents.toString(),
  vat_cents: draft.vatCents.toString(),
  total_cents: draft.totalCents.toString(),
  drafted_on: draft.draftedOn,
  contestable_until: draft.contestableUntil,
  payment_term_days: draft.paymentTermDays,
  number_prefix: draft.numberPrefix,
  supplier_siret: draft.seller.siret,
  kind: draft.kind,
  corrects_id: draft.corrects?.invoiceId,
  correction_reason: draft.corrects?.reason,
  proposal_id: draft.corrects?.proposalId,
});

const toLineRows = ({ id, lines }: DraftInvoice) =>
  lines.map((line, index) => ({
    invoice_id: id,
    line: index + 1,
    item_code: line.itemCode,
    label: line.label,
    kind: line.kind,
    period_start: line.period.start,
    period_end: line.period.end,
    days_in_contract_year: line.daysInContractYear,
    quantity: line.quantity,
    commitment: line.commitment,
    account_days: line.accountDays.toString(),
    unit_price_ten_thousandths: line.unitPrice.toString(),
    vat_basis_points: line.vatBasisPoints,
    net_cents: line.netCents.toString(),
    explanation: line.explanation,
  }));

const toVatRows = ({ id, vatTotals }: DraftInvoice) =>
  vatTotals.map((total) => ({
    invoice_id: id,
    vat_basis_points: total.vatBasisPoints,
    net_cents: total.netCents.toString(),
    vat_cents: total.vatCents.toString(),
  }));
