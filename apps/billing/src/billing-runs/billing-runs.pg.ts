import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';

export type BillingRun = {
  readonly runId: string;
  readonly marketCode: string;
  readonly period: Period;
  readonly requestedOn: LocalDate;
  /** Drafts and finalised invoices of the period. */
  readonly invoices: number;
  /** Why nobody is looked at for now, in French; empty where the run goes on. */
  readonly heldUp: string;
};

export type NewRun = Pick<BillingRun, 'marketCode' | 'period' | 'requestedOn'> & {
  readonly requestedBy: string;
};

const runColumns = `run_id, market_code, period_start, period_end, requested_on, held_up,
  (select count(*)::int from invoice
    where invoice.run_id = billing_run.run_id and kind = 'INVOICE' and revision = 0 and status <> 'WITHDRAWN') as invoices`;

/** The runs of a market, one for each period; what became of each membership is in RunMembers. */
@Injectable()
export class BillingRuns {
  constructor(private readonly database: Database) {}

  /** By period, latest first, at most 200. */
  async ofMarket(marketCode: string): Promise<BillingRun[]> {
    const { rows } = await this.database.query<RunRow>(
      `select ${runColumns} from billing_run where market_code = $1 order by period_start desc limit 200`,
      [marketCode],
    );
    return rows.map(runFromRow);
  }

  /** Undefined where there is none of this id. */
  async find(runId: string): Promise<BillingRun | undefined> {
    if (!/^[0-9a-f-]{36}$/i.test(runId)) return undefined;
    const { rows } = await this.database.query<RunRow>(
      `select ${runColumns} from billing_run where run_id::text = $1`,
      [runId],
    );
    return rows.map(runFromRow)[0];
  }

  /** Runs with memberships that wait to be drafted, the oldest period first. */
  async waiting(): Promise<BillingRun[]> {
    const { rows } = await this.database.query<RunRow>(
      `select ${runColumns} from billing_run
        where exists (select from billing_run_member m where m.run_id = billing_run.run_id and m.status = 'WAITING')
        order by period_start, market_code`,
    );
    return rows.map(runFromRow);
  }

  /** The id of the market's one run for the period: a run again is the same run (BIL-5). */
  async open(tx: Transaction, run: NewRun): Promise<string> {
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

  /** Says why nobody of a run is looked at for now; empty: it goes on. */
  async holdUp(runId: string, why: string): Promise<void> {
    await this.database.query(
      `update billing_run set held_up = nullif($2, '') where run_id = $1 and held_up is distinct from nullif($2, '')`,
      [runId, why],
    );
  }
}

type RunRow = {
  run_id: string;
  market_code: string;
  period_start: LocalDate;
  period_end: LocalDate;
  requested_on: LocalDate;
  held_up: string | null;
  invoices: number;
};

const runFromRow = (row: RunRow): BillingRun => ({
  runId: row.run_id,
  marketCode: row.market_code,
  period: { start: row.period_start, end: row.period_end },
  requestedOn: row.requested_on,
  invoices: row.invoices,
  heldUp: row.held_up ?? '',
});
