import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { Period } from '#libs/time';
import type { BillingBasis } from '../domain/invoice-calculation.js';

const told = `coalesce((select told from late_usage u where u.membership_id = i.membership_id), 0)`;
/** With METERED, facts that came late (MTR-3); a credit note is issued as it is made. */
const usageIsOutdated = `(i.basis = 'METERED' and i.kind in ('INVOICE', 'COMPLEMENT') and ${told} > r.late_facts)`;
const outdated = `draft_review r join invoice i using (invoice_id) join membership m using (membership_id)
  where (m.membership_version > r.membership_version or ${usageIsOutdated})
    and not exists (select from numbering_failure f where f.invoice_id = r.invoice_id)`;

/** Up to which version of its membership a draft was compared, and whether late facts were told of its usage since. */
export type DraftLook = {
  readonly membershipVersion: number;
  readonly usageIsOutdated: boolean;
};

export type DueReview = {
  readonly id: string;
  readonly marketCode: string;
  readonly period: Period;
  readonly basis: BillingBasis;
};

/** Which drafts have not been looked at since the last fact of their membership (BIL-9); those set aside wait. */
@Injectable()
export class DraftReviews {
  constructor(private readonly database: Database) {}

  /** By id. */
  async due(limit: number): Promise<DueReview[]> {
    return this.database.rows<DueReview>(
      `select r.invoice_id as id, i.market_code as "marketCode", i.basis,
              jsonb_build_object('start', i.period_start, 'end', i.period_end) as period
         from ${outdated} order by r.invoice_id limit $1`,
      [limit],
    );
  }

  async dueCount(): Promise<number> {
    const { rows } = await this.database.query<{ n: bigint }>(
      `select count(*) as n from ${outdated}`,
    );
    return Number(rows[0]?.n ?? 0n);
  }

  /** The last look at each; left out is what was never written down to be looked at. */
  async looks(
    tx: Transaction,
    invoiceIds: readonly string[],
  ): Promise<ReadonlyMap<string, DraftLook>> {
    const rows = await tx.rows<{ id: string; version: bigint; outdated: boolean }>(
      `select r.invoice_id as id, r.membership_version as version, ${usageIsOutdated} as outdated
         from draft_review r join invoice i using (invoice_id) where r.invoice_id = any($1::uuid[])`,
      [invoiceIds],
    );
    return new Map(
      rows.map(({ id, version, outdated }) => [
        id,
        { membershipVersion: Number(version), usageIsOutdated: outdated },
      ]),
    );
  }

  /** Has each compared with what metering says now, whatever was told of it. */
  async lookAgain(tx: Transaction, invoiceIds: readonly string[]): Promise<void> {
    if (invoiceIds.length === 0) return;
    await tx.query(
      `insert into draft_review (invoice_id, membership_version, late_facts)
       select invoice_id, membership_version, -1 from invoice join membership using (membership_id)
        where invoice_id = any($1::uuid[])
       on conflict (invoice_id) do update set late_facts = -1`,
      [invoiceIds],
    );
  }

  /** Its lines hold with what is known of the membership up to this version and, where asked, by as many late facts. */
  async keep(
    tx: Transaction,
    invoiceId: string,
    membershipVersion: number,
    lateFacts?: number,
  ): Promise<void> {
    await tx.query(
      `update draft_review set membership_version = $2, late_facts = coalesce($3, late_facts) where invoice_id = $1`,
      [invoiceId, membershipVersion, lateFacts ?? null],
    );
  }
}
