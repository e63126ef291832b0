import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Transaction } from '#libs/persistence';
import { type BillingRun, BillingRuns } from './billing-runs.repository.js';

@Injectable()
export class PgBillingRuns extends BillingRuns {
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
