import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import { type LocalDate } from '#libs/time';
import { type FinalisedInvoice } from '../domain/invoice.js';

const outdated = `invoice_review r join invoice i using (invoice_id) join membership m using (membership_id)
  where m.membership_version > r.membership_version`;
/** Account facts come without the membership's version: with METERED every invoice is compared once a day (MTR-3). */
const ofYesterday = `invoice_review r join invoice i using (invoice_id)
  where i.basis = 'METERED' and r.reviewed_on < (select day from platform.business_day)`;

/** Which issued invoices have been compared with what the facts say by now, and which are to be mended (BIL-8). */
@Injectable()
export class InvoiceReviews {
  constructor(private readonly database: Database) {}

  /** As it is issued it says what the facts say; it stands for its period in the place of the one that it replaces. */
  async begin(tx: Transaction, invoice: FinalisedInvoice, version: number): Promise<void> {
    await tx.query('delete from invoice_review where invoice_id = $1', [
      invoice.corrects?.invoiceId ?? null,
    ]);
    await tx.query(
      `insert into invoice_review (invoice_id, membership_version, reviewed_on, to_mend) values ($1, $2, $3, false)`,
      [invoice.id, version, invoice.issuedOn],
    );
  }

  async due(limit: number): Promise<string[]> {
    const { rows } = await this.database.query<{ id: string }>(
      `select r.invoice_id as id from ${outdated} order by r.invoice_id limit $1`,
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  /** With the market that metering is asked for. */
  async dueByUsage(limit: number): Promise<{ id: string; marketCode: string }[]> {
    const { rows } = await this.database.query<{ id: string; marketCode: string }>(
      `select r.invoice_id as id, i.market_code as "marketCode" from ${ofYesterday}
        order by i.market_code, r.invoice_id limit $1`,
      [limit],
    );
    return rows;
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
    { version, today, toMend }: { version: number; today: LocalDate; toMend: boolean },
  ): Promise<void> {
    await tx.query(
      `update invoice_review set membership_version = $2, reviewed_on = $3, to_mend = $4 where invoice_id = $1`,
      [invoiceId, version, today, toMend],
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
