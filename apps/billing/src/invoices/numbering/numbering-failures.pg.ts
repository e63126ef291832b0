import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { DomainError } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import {
  invoiceColumns,
  type InvoiceRecord,
  type InvoiceRow,
  rowFromRecord,
} from '../invoices.mapping.js';
import type { AskedDraft } from '../drafts/ask-usage-of-drafts.js';

export type NumberingFailure = {
  readonly invoice: InvoiceRow;
  readonly organisationName: string;
  readonly code: string;
  /** A French sentence. */
  readonly detail: string;
  /** The last attempt. */
  readonly failedOn: LocalDate;
  readonly attempts: number;
};

const lastAnswer = `coalesce((
  select answer from draft_answer a where a.invoice_id = invoice.invoice_id order by position desc limit 1), '')`;
const isDue = `status = 'DRAFT'
  and (contestable_until <= (select day from platform.business_day) or ${lastAnswer} = 'ACCEPTED') and ${lastAnswer} <> 'CONTESTED'
  and not exists (select 1 from numbering_failure f where f.invoice_id = invoice.invoice_id)`;

/** Which drafts wait for their number, and those that could not get it (BIL-9). */
@Injectable()
export class NumberingFailures {
  constructor(private readonly database: Database) {}

  /** Drafts that were accepted or that nobody may contest any more, neither contested nor parked, in the order in which they get their numbers. */
  async due(): Promise<AskedDraft[]> {
    return this.database.rows<AskedDraft>(
      `select invoice_id as id, membership_id as "membershipId", market_code as "marketCode", basis, kind,
              jsonb_build_object('start', period_start, 'end', period_end) as period
         from invoice where ${isDue}
        order by contestable_until, period_start, buyer ->> 'siren', membership_id, revision`,
    );
  }

  async dueCount(): Promise<number> {
    const { rows } = await this.database.query<{ n: bigint }>(
      `select count(*) as n from invoice where ${isDue}`,
    );
    return Number(rows[0]?.n ?? 0n);
  }

  /** Once more counts as one more attempt. Written alone: what failed took nothing else with it. */
  async park(invoiceId: string, { code, message }: DomainError): Promise<void> {
    await this.database.query(
      `insert into numbering_failure as f (invoice_id, code, detail, failed_on)
       select $1, $2, $3, day from platform.business_day
       on conflict (invoice_id) do update
         set code = excluded.code, detail = excluded.detail, failed_on = excluded.failed_on, attempts = f.attempts + 1`,
      [invoiceId, code, message],
    );
  }

  /** False where the draft was not parked. */
  async forget(tx: Transaction, invoiceId: string): Promise<boolean> {
    const { rowCount } = await tx.query('delete from numbering_failure where invoice_id = $1', [
      invoiceId,
    ]);
    return rowCount === 1;
  }

  /** Which of these drafts could not be numbered. */
  async among(tx: Transaction, invoiceIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await tx.query<{ id: string }>(
      'select invoice_id as id from numbering_failure where invoice_id = any($1::uuid[])',
      [invoiceIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** The oldest first; the total counts those beyond the limit too. */
  async ofMarket(
    marketCode: string,
    limit: number,
  ): Promise<{ failures: NumberingFailure[]; total: number }> {
    const { rows } = await this.database.query<FailureRow>(
      `select ${invoiceColumns}, f.code, f.detail, f.failed_on, f.attempts, count(*) over () as total
       from numbering_failure f join invoice i using (invoice_id) where i.market_code = $1
       order by f.failed_on, f.invoice_id limit $2`,
      [marketCode, limit],
    );
    return {
      failures: rows.map((row) => ({
        invoice: rowFromRecord(row),
        organisationName: row.buyer.name,
        code: row.code,
        detail: row.detail,
        failedOn: row.failed_on,
        attempts: row.attempts,
      })),
      total: Number(rows[0]?.total ?? 0n),
    };
  }
}

type FailureRow = InvoiceRecord & {
  code: string;
  detail: string;
  failed_on: LocalDate;
  attempts: number;
  total: bigint;
};
