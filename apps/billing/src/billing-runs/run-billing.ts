import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { audit, UnitOfWork } from '#libs/persistence';
import { defineProblem, DomainError } from '#libs/problems';
import { type LocalDate, type Period } from '#libs/time';
import { DraftInvoice, type DraftOutcome } from '../invoices/invoices.module.js';
import { InvoiceReader } from '../invoices/invoices.reader.js';
import { contractYearsOf, type MarketTerms, MembersReader } from '../members/members.reader.js';
import { ListUsageAboveOrders } from '../usage-alarms/usage-alarms.module.js';
import { BillingRuns } from './billing-runs.repository.js';
import { billingPeriodEndingOn, billingPeriods, ensureOver } from './domain/billing-period.js';
import { WaitForCopy } from './wait-for-copy.js';

export type RunBillingInput = {
  readonly marketCode: string;
  /** First day after the period. */
  readonly periodEndsOn: LocalDate;
  readonly requestedBy: string;
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
    private readonly unitOfWork: UnitOfWork,
    private readonly members: MembersReader,
    private readonly runs: BillingRuns,
    private readonly waitForCopy: WaitForCopy,
    private readonly invoices: InvoiceReader,
    private readonly draftInvoice: DraftInvoice,
    private readonly usageAboveOrders: ListUsageAboveOrders,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws BillingPeriodUnknown, BillingPeriodNotOver, CopyLagging, MarketUnknown. */
  async execute(input: RunBillingInput): Promise<RunBillingResult> {
    const run = await this.open(input);
    const heads = await this.waitForCopy.execute(input.marketCode);
    const memberships = await this.members.billable(input.marketCode);
    const invoiced = await this.invoices.invoicedMemberships(input.marketCode, run.period);
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

  private open(input: RunBillingInput): Promise<OpenRun> {
    return this.unitOfWork.run(async (tx) => {
      const terms = await this.members.market(tx, input.marketCode);
      const periods = billingPeriods(contractYearsOf(terms), terms.endsOn, terms.rhythm);
      const period = billingPeriodEndingOn(periods, input.periodEndsOn);
      const today = await this.businessDate.today(tx);
      ensureOver(period, today);
      const runId = await this.runs.open(tx, {
        marketCode: terms.code,
        period,
        requestedOn: today,
        requestedBy: input.requestedBy,
      });
      await audit(tx, {
        action: 'billing-run.requested',
        subject: runId,
        actor: input.requestedBy,
        businessDate: today,
        details: { marketCode: terms.code, periodEndsOn: period.end },
      });
      return { runId, terms, period };
    });
  }
}

/** One bad membership never blocks another; anything but a refusal stops the run, which is run again. */
function failureOf(membershipId: string, error: unknown): RunFailure {
  if (!(error instanceof DomainError)) throw error;
  return { membershipId, code: error.code, message: error.message };
}
