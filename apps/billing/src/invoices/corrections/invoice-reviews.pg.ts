import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';
import type { FinalisedInvoice, ItemUsage } from '../domain/invoice.js';

const told = `coalesce((select told from late_usage u where u.membership_id = i.membership_id), 0)`;
/** With METERED, facts that came late (MTR-3). */
const usageIsOutdated = `(i.basis = 'METERED' and ${told} > r.late_facts)`;
const outdated = `invoice_review r join invoice i using (invoice_id) join membership m using (membership_id)
  where (m.membership_version > r.membership_version or ${usageIsOutdated})`;
/** Whatever was told: with METERED every invoice's usage is compared once a day. */
const ofYesterday = `invoice_review r join invoice i using (invoice_id)
  where i.basis = 'METERED' and r.reviewed_on < (select day from platform.business_day)`;

export type DueIssued = {
  readonly id: string;
  readonly marketCode: string;
  readonly membershipId: string;
  readonly period: Period;
  /** Whether metering is to be asked too. */
  readonly isUsageOutdated: boolean;
};

export type IssuedUsage = {
  readonly id: string;
  readonly marketCode: string;
  readonly membershipId: string;
  readonly period: Period;
  /** As it was invoiced. */
  readonly usage: readonly ItemUsage[];
  readonly toMend: boolean;
};
export type ReviewKept = {
  readonly version: number;
  /** Left as they are where metering was not asked. */
  readonly lateFacts: number | undefined;
  readonly today: LocalDate;
  readonly toMend: boolean;
};

/** Which issued invoices have been compared with what the facts say by now, and which are to be mended (BIL-8). */
@Injectable()
export class InvoiceReviews {
  constructor(private readonly database: Database) {}

  /** As they are issued they say what the facts say; each stands for its period in the place of the one that it replaces. */
  async begin(
    tx: Transaction,
    issued: readonly { readonly invoice: FinalisedInvoice; readonly version: number }[],
  ): Promise<void> {
    if (issued.length === 0) return;
    await tx.query('delete from invoice_review where invoice_id = any($1::uuid[])', [
      issued.flatMap(({ invoice }) => invoice.corrects?.invoiceId ?? []),
    ]);
    await tx.query(
      `insert into invoice_review (invoice_id, membership_version, late_facts, reviewed_on, to_mend)
       select i.*, false from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::date[]) as i`,
      [
        issued.map(({ invoice }) => invoice.id),
        issued.map(({ version }) => version),
        issued.map(({ invoice }) => invoice.evidence.lateFacts),
        issued.map(({ invoice }) => invoice.issuedOn),
      ],
    );
  }

  /** By id. */
  async due(limit: number): Promise<DueIssued[]> {
    return this.database.rows<DueIssued>(
      `select r.invoice_id as id, i.market_code as "marketCode", i.membership_id as "membershipId",
              jsonb_build_object('start', i.period_start, 'end', i.period_end) as period,
              ${usageIsOutdated} as "isUsageOutdated"
         from ${outdated} order by r.invoice_id limit $1`,
      [limit],
    );
  }

  /** Not compared today, by market and id. */
  async dueByUsage(limit: number): Promise<IssuedUsage[]> {
    const rows = await this.database.rows<IssuedUsage & { starts: LocalDate; ends: LocalDate }>(
      `select r.invoice_id as id, i.market_code as "marketCode", i.membership_id as "membershipId",
              i.period_start as starts, i.period_end as ends, i.evidence -> 'usage' as usage, r.to_mend as "toMend"
         from ${ofYesterday} order by i.market_code, r.invoice_id limit $1`,
      [limit],
    );
    return rows.map(({ starts, ends, ...one }) => ({
      ...one,
      period: { start: starts, end: ends },
    }));
  }

  /** Their usage is what metering counts today. */
  async keepUsage(invoiceIds: readonly string[], today: LocalDate): Promise<void> {
    await this.database.query(
      'update invoice_review set reviewed_on = $2 where invoice_id = any($1)',
      [invoiceIds, today],
    );
  }

  async dueCount(): Promise<number> {
    const { rows } = await this.database.query<{ n: bigint }>(
      `select count(*) as n from ${outdated}`,
    );
    return Number(rows[0]?.n ?? 0n);
  }

  async keep(
    tx: Transaction,
    invoiceId: string,
    { version, lateFacts, today, toMend }: ReviewKept,
  ): Promise<void> {
    await tx.query(
      `update invoice_review set membership_version = $2, late_facts = coalesce($5, late_facts), reviewed_on = $3,
         to_mend = $4 where invoice_id = $1`,
      [invoiceId, version, today, toMend, lateFacts ?? null],
    );
  }

  /** What mends it is under way: nobody need act, and it is compared anew. */
  async underWay(tx: Transaction, invoiceId: string): Promise<void> {
    await tx.query(
      'update invoice_review set membership_version = -1, to_mend = false where invoice_id = $1',
      [invoiceId],
    );
  }

  /** It is compared anew. */
  async doubt(tx: Transaction, invoiceId: string): Promise<void> {
    await tx.query('update invoice_review set membership_version = -1 where invoice_id = $1', [
      invoiceId,
    ]);
  }

  /** Of a market, by id; the total counts those beyond the page too. */
  async toMend(
    marketCode: string,
    afterId: string,
    limit: number,
  ): Promise<{ ids: string[]; total: number }> {
    const { rows } = await this.database.query<{ id: string; total: bigint }>(
      `select * from (
         select invoice_id as id, count(*) over () as total from invoice_review join invoice using (invoice_id)
          where to_mend and market_code = $1) as found
        where $2 = '' or id > nullif($2, '')::uuid order by id limit $3`,
      [marketCode, afterId, limit],
    );
    return { ids: rows.map(({ id }) => id), total: Number(rows[0]?.total ?? 0n) };
  }
}
