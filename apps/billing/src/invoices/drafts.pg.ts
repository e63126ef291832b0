import { Injectable } from '@nestjs/common';
import { type Transaction } from '#libs/persistence';
import { type DraftInvoice, type WithdrawnInvoice } from './domain/invoice.js';

/** Drafts as they are born, whole or not at all, and as they are taken back. */
@Injectable()
export class Drafts {
  /** False where the membership has an invoice of this period and revision already (BIL-5). */
  async insert(tx: Transaction, draft: DraftInvoice, runId: string): Promise<boolean> {
    const inserted = await tx.query(
      `insert into invoice
         (invoice_id, membership_id, organisation_id, market_code, market_title, period_start, period_end,
          revision, run_id, basis, seller, buyer, evidence, net_cents, vat_cents, total_cents, drafted_on,
          contestable_until, payment_term_days, number_prefix, supplier_siret, kind, corrects_id, correction_reason,
          proposal_id, status)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
         'DRAFT')
       on conflict (membership_id, period_start, period_end, revision) where kind = 'INVOICE' and status <> 'WITHDRAWN'
         do nothing`,
      [
        draft.id,
        draft.membershipId,
        draft.buyer.organisationId,
        draft.marketCode,
        draft.marketTitle,
        draft.period.start,
        draft.period.end,
        draft.revision,
        runId,
        draft.basis,
        JSON.stringify(draft.seller),
        JSON.stringify(draft.buyer),
        JSON.stringify(draft.evidence),
        draft.netCents,
        draft.vatCents,
        draft.totalCents,
        draft.draftedOn,
        draft.contestableUntil,
        draft.paymentTermDays,
        draft.numberPrefix,
        draft.seller.siret,
        draft.kind,
        draft.corrects?.invoiceId ?? null,
        draft.corrects?.reason ?? null,
        draft.corrects?.proposalId ?? null,
      ],
    );
    if (inserted.rowCount !== 1) return false;
    await this.insertLines(tx, draft);
    await this.insertVatTotals(tx, draft);
    await tx.query(
      'insert into draft_review (invoice_id, membership_version, late_facts) values ($1, $2, $3)',
      [draft.id, draft.evidence.membershipVersion, draft.evidence.lateFacts],
    );
    return true;
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

  private async insertLines(tx: Transaction, { id, lines }: DraftInvoice): Promise<void> {
    await tx.query(
      `insert into invoice_line
         (invoice_id, line, item_code, label, kind, period_start, period_end, days_in_contract_year, quantity,
          commitment, account_days, unit_price_ten_thousandths, vat_basis_points, net_cents, explanation)
       select $1, l.ordinal, l.item_code, l.label, l.kind, l.period_start, l.period_end, l.year_days, l.quantity,
              l.commitment, l.account_days, l.unit_price, l.vat, l.net, l.explanation::jsonb
       from unnest($2::text[], $3::text[], $4::text[], $5::date[], $6::date[], $7::int[], $8::bigint[],
                   $9::bigint[], $10::bigint[], $11::bigint[], $12::int[], $13::bigint[], $14::text[])
         with ordinality as l (item_code, label, kind, period_start, period_end, year_days, quantity,
                               commitment, account_days, unit_price, vat, net, explanation, ordinal)`,
      [
        id,
        lines.map((line) => line.itemCode),
        lines.map((line) => line.label),
        lines.map((line) => line.kind),
        lines.map((line) => line.period.start),
        lines.map((line) => line.period.end),
        lines.map((line) => line.daysInContractYear),
        lines.map((line) => line.quantity),
        lines.map((line) => line.commitment),
        lines.map((line) => line.accountDays),
        lines.map((line) => line.unitPrice),
        lines.map((line) => line.vatBasisPoints),
        lines.map((line) => line.netCents),
        lines.map((line) => JSON.stringify(line.explanation)),
      ],
    );
  }

  private async insertVatTotals(tx: Transaction, { id, vatTotals }: DraftInvoice): Promise<void> {
    await tx.query(
      `insert into invoice_vat_total (invoice_id, vat_basis_points, net_cents, vat_cents)
       select $1, t.* from unnest($2::int[], $3::bigint[], $4::bigint[]) as t (rate, net, vat)`,
      [
        id,
        vatTotals.map((total) => total.vatBasisPoints),
        vatTotals.map((total) => total.netCents),
        vatTotals.map((total) => total.vatCents),
      ],
    );
  }
}
