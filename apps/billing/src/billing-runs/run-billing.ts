import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { defineProblem, DomainError } from '#libs/problems';
import { type LocalDate, type Period } from '#libs/time';
import { DraftInvoice, type DraftOutcome, InvoicedDays } from '../invoices/invoices.module.js';
import { contractYearsOf, type MarketTerms, Members } from '../members/members.module.js';
import { ListUsageAboveOrders } from '../usage-alarms/usage-alarms.module.js';
import { BillingRuns } from './billing-runs.pg.js';
import { billingPeriodEndingOn, billingPeriods, ensureOver } from './domain/billing-period.js';
import { WaitForCopy } from './wait-for-copy.js';

export type RunBillingInput = {
  readonly marketCode: string;
  /** First day after the period. */
  readonly periodEndsOn: LocalDate;
  readonly caller: Caller;
};

export type RunFailure = {
  readonly membershipId: string;
  readonly code: string;
  readonly message: string;
};

export type RunBillingResult = {
  readonly runId: string;
  readonly memberships: number;
  readonly drafted: number;
  readonly alreadyThere: number;
  readonly withoutLine: number;
  readonly failures: readonly RunFailure[];
};

/** Activated after membership had stated its heads, at this very moment: the next run takes it. */
export class MembershipNotStated extends defineProblem('MEMBERSHIP_NOT_STATED', 'unavailable') {
  constructor(membershipId: string) {
    super(
      'Le service des adhésions n’a pas indiqué l’état de cette adhésion : relancez la facturation.',
      { membershipId },
    );
  }
}

type OpenRun = { readonly runId: string; readonly terms: MarketTerms; readonly period: Period };

/**
 * Drafts the invoices of every membership of a market for one period (BIL-5). May be killed
 * anywhere and run again, or run twice at once: each membership has its own transaction, and the
 * database takes one invoice per membership, period and revision.
 */
@Injectable()
export class RunBilling {
  constructor(
    private readonly commands: Commands,
    private readonly members: Members,
    private readonly runs: BillingRuns,
    private readonly waitForCopy: WaitForCopy,
    private readonly invoicedDays: InvoicedDays,
    private readonly draftInvoice: DraftInvoice,
    private readonly usageAboveOrders: ListUsageAboveOrders,
  ) {}

  /** Throws BillingPeriodUnknown, BillingPeriodNotOver, MarketUnknown, CopyLagging, FactsSetAside, ReadingStopped. */
  async execute(input: RunBillingInput): Promise<RunBillingResult> {
    const run = await this.open(input);
    const heads = await this.waitForCopy.execute(input.marketCode);
    const memberships = await this.members.billable(input.marketCode);
    const invoiced = await this.invoicedDays.memberships(input.marketCode, run.period);
    const outcomes: DraftOutcome[] = [];
    const failures: RunFailure[] = [];
    for (const membershipId of memberships) {
      const head = heads.find((candidate) => candidate.membershipId === membershipId);
      try {
        if (invoiced.has(membershipId)) outcomes.push('ALREADY_THERE');
        else if (head === undefined) throw new MembershipNotStated(membershipId);
        else outcomes.push(await this.draftInvoice.execute({ ...run, head }));
      } catch (error) {
        failures.push(failureOf(membershipId, error));
      }
    }
    await this.usageAboveOrders.watch(input.marketCode);
    const count = (outcome: DraftOutcome) => outcomes.filter((o) => o === outcome).length;
    return {
      runId: run.runId,
      memberships: memberships.length,
      drafted: count('DRAFTED'),
      alreadyThere: count('ALREADY_THERE'),
      withoutLine: count('WITHOUT_LINE'),
      failures,
    };
  }

  private open({ marketCode, periodEndsOn, caller }: RunBillingInput): Promise<OpenRun> {
    return this.commands.run(
      { operation: 'RunBilling', action: 'billing-run.requested', subject: ({ runId }) => runId },
      { marketCode, periodEndsOn, caller },
      async (tx, today) => {
        const terms = await this.members.market(tx, marketCode);
        const periods = billingPeriods(contractYearsOf(terms), terms.endsOn, terms.rhythm);
        const period = billingPeriodEndingOn(periods, periodEndsOn);
        ensureOver(period, today);
        const runId = await this.runs.open(tx, {
          marketCode: terms.code,
          period,
          requestedOn: today,
          requestedBy: caller.userId,
        });
        return { runId, terms, period };
      },
    );
  }
}

/** One bad membership never blocks another; anything but a refusal stops the run, which is run again. */
function failureOf(membershipId: string, error: unknown): RunFailure {
  if (!(error instanceof DomainError)) throw error;
  return { membershipId, code: error.code, message: error.message };
}
