import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import type { LocalDate } from '#libs/time';
import { billingPeriodsOf, Members } from '../members/members.module.js';
import { BillingRuns } from './billing-runs.pg.js';
import { billingPeriodEndingOn, ensureOver } from './domain/billing-period.js';
import { RunMembers } from './run-members.pg.js';

export type RunBillingInput = {
  readonly marketCode: string;
  /** First day after the period. */
  readonly periodEndsOn: LocalDate;
  readonly caller: Caller;
  readonly idempotencyKey?: string;
};

/** As it begins, or is taken up again. */
export type RunBegun = {
  readonly runId: string;
  readonly memberships: number;
  readonly alreadyThere: number;
  readonly waiting: number;
};

/**
 * Begins the run of a market for one period, or takes up in it whoever has no draft (BIL-5): written at once, worked
 * off by WorkOffRuns whatever is killed in between.
 */
@Injectable()
export class RunBilling {
  constructor(
    private readonly commands: Commands,
    private readonly members: Members,
    private readonly runs: BillingRuns,
    private readonly runMembers: RunMembers,
  ) {}

  /** Throws BillingPeriodUnknown, BillingPeriodNotOver, MarketUnknown. */
  execute({
    marketCode,
    periodEndsOn,
    caller,
    idempotencyKey,
  }: RunBillingInput): Promise<RunBegun> {
    return this.commands.run<RunBegun>(
      {
        operation: 'RunBilling',
        action: 'billing-run.requested',
        subject: ({ runId }) => `billing-run:${runId}`,
      },
      { marketCode, periodEndsOn, caller, ...(idempotencyKey ? { idempotencyKey } : {}) },
      async (tx, today) => {
        const terms = await this.members.market(tx, marketCode);
        const periods = billingPeriodsOf(terms);
        const period = billingPeriodEndingOn(periods, periodEndsOn);
        ensureOver(period, today);
        const run = { marketCode, period, requestedOn: today, requestedBy: caller.userId };
        const runId = await this.runs.open(tx, run);
        await this.runMembers.takeUp(tx, runId, marketCode);
        const { memberships, drafted, waiting } = await this.runMembers.counts(runId, tx);
        return { runId, memberships, alreadyThere: drafted, waiting };
      },
    );
  }
}
