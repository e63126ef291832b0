import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';

export type BillingRun = {
  readonly marketCode: string;
  readonly period: Period;
  readonly requestedOn: LocalDate;
  readonly requestedBy: string;
};

export type BillingRunSeen = {
  readonly runId: string;
  readonly period: { readonly startsOn: LocalDate; readonly endsOn: LocalDate };
  readonly requestedOn: LocalDate;
  /** Drafts and finalised invoices of the period. */
  readonly invoices: number;
};

@Injectable()
export class BillingRuns {
  constructor(private readonly database: Database) {}

  /** By period, latest first, at most 200. */
  async ofMarket(marketCode: string): Promise<BillingRunSeen[]> {
    const { rows } = await this.database.query<{
      run_id: string;
      period_start: LocalDate;
      period_end: LocalDate;
      requested_on: LocalDate;
      invoices: number;
    }>(
      `select run_id, period_start, period_end, requested_on,
              (select count(*)::int from invoice
                where invoice.run_id = billing_run.run_id and status <> 'WITHDRAWN') as invoices
       from billing_run where market_code = $1 order by period_start desc limit 200`,
      [marketCode],
    );
    return rows.map((row) => ({
      runId: row.run_id,
      period: { startsOn: row.period_start, endsOn: row.period_end },
      requestedOn: row.requested_on,
      invoices: row.invoices,
    }));
  }

  /** The id of the market's one run for the period: a run again is the same run (BIL-5). */
  async open(tx: Transaction, run: BillingRun): Promise<string> {
    const { marketCode, period, requestedOn, requestedBy } = run;
    await tx.query(
      `insert into billing_run (run_id, market_code, period_start, period_end, requested_on, requested_by)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (market_code, period_start, period_end) do nothing`,
      [randomUUID(), marketCode, period.start, period.end, requestedOn, requestedBy],
    );
    const { rows } = await tx.query<{ run_id: string }>(
      `select run_id from billing_run where market_code = $1 and period_start = $2 and period_end = $3`,
      [marketCode, period.start, period.end],
    );
    return (rows[0] as { run_id: string }).run_id;
  }
}
