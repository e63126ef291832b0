import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '#libs/observability';
import { isInfrastructureFault, UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import {
  CollectUsage,
  DraftInvoice,
  type UsageOf,
  UsageWait,
} from '../invoices/invoices.module.js';
import { type LedgerHead, type MarketTerms, Members } from '../members/members.module.js';
import { ListUsageAboveOrders } from '../usage-alarms/usage-alarms.module.js';
import { type BillingRun, BillingRuns } from './billing-runs.pg.js';
import { RunMembers } from './run-members.pg.js';
import { DraftingFailed, MembershipNotStated } from './run-problems.js';
import { WaitForCopy } from './wait-for-copy.js';

type Work = {
  readonly run: BillingRun;
  readonly terms: MarketTerms;
  /** What membership states of each, as this round begins. */
  readonly heads: ReadonlyMap<string, LedgerHead>;
};

/** Whoever is drafted together, with what metering stated of all of them. */
type Round = Work & { readonly usageOf: UsageOf };

const pollMs = 200;

/**
 * Drafts whoever waits in a run, one transaction each (BIL-5): killed anywhere, the others wait on. Two processes at
 * once draft nothing twice, since the database takes one invoice per membership, period and revision.
 */
@Injectable()
export class WorkOffRuns {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly members: Members,
    private readonly runs: BillingRuns,
    private readonly runMembers: RunMembers,
    private readonly waitForCopy: WaitForCopy,
    private readonly collectUsage: CollectUsage,
    private readonly draftInvoice: DraftInvoice,
    private readonly usageAboveOrders: ListUsageAboveOrders,
    private readonly usageWait: UsageWait,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Throws what is nobody's fault (a database that went away): all that is left waits on. */
  async execute(isStopping: () => boolean = () => false): Promise<void> {
    for (const run of await this.runs.waiting()) {
      if (isStopping()) return;
      await this.workOff(run, isStopping);
    }
  }

  private async workOff(run: BillingRun, isStopping: () => boolean): Promise<void> {
    const heads = await this.statedHeads(run);
    if (heads === undefined) return;
    const terms = await this.unitOfWork.run((tx) => this.members.market(tx, run.marketCode));
    await this.draftAll({ run, terms, heads }, isStopping);
    if (!isStopping()) await this.usageAboveOrders.watch(run.marketCode);
  }

  /** Undefined where membership does not answer: the run says so, and is looked at again. */
  private async statedHeads({ runId, marketCode }: BillingRun): Promise<Work['heads'] | undefined> {
    try {
      const heads = await this.waitForCopy.execute(marketCode);
      await this.runs.holdUp(runId, '');
      return new Map(heads.map((head) => [head.membershipId, head]));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.logger.warn({ err: error, runId }, 'billing run held up');
      await this.runs.holdUp(runId, error.message);
      return undefined;
    }
  }

  /** What comes by itself (a period that metering is about to close) is waited for once, by all of them together. */
  private async draftAll(work: Work, isStopping: () => boolean): Promise<void> {
    const { runId } = work.run;
    const roundsMax = Math.max(1, Math.ceil(this.usageWait.timeoutMs / pollMs));
    let waiting = await this.runMembers.waiting(runId);
    for (let round = 1; waiting.length > 0; round += 1) {
      const later: string[] = [];
      const usageOf = await this.usageOf(work);
      for (const membershipId of waiting) {
        if (isStopping()) return;
        const refused = await this.draft({ ...work, usageOf }, membershipId);
        if (refused === undefined) continue;
        const comes = refused.kind === 'unavailable' && round < roundsMax;
        if (comes) later.push(membershipId);
        else await this.runMembers.park(runId, membershipId, refused);
      }
      waiting = later;
      if (waiting.length > 0) await sleep(pollMs);
    }
  }

  /** Asked once for all; what metering refuses, each is refused for. */
  private async usageOf({ run, terms }: Work): Promise<UsageOf> {
    const { marketCode, period } = run;
    try {
      return await this.collectUsage.execute({ basis: terms.basis, marketCode, period });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return () => {
        throw error;
      };
    }
  }

  /** What it is refused for; one bad membership never blocks another. */
  private async draft(round: Round, membershipId: string): Promise<DomainError | undefined> {
    const { run, heads, usageOf } = round;
    const { runId, period } = run;
    const head = heads.get(membershipId);
    if (head === undefined) return new MembershipNotStated(membershipId);
    try {
      await this.draftInvoice.execute({ runId, usageOf, period, head }, (tx, outcome, today) =>
        this.runMembers.settle(
          tx,
          { runId, membershipId },
          outcome === 'WITHOUT_LINE' ? 'WITHOUT_LINE' : 'DRAFTED',
          today,
        ),
      );
      return undefined;
    } catch (error) {
      if (error instanceof DomainError) return error;
      if (isInfrastructureFault(error)) throw error;
      this.logger.error({ err: error, runId, membershipId }, 'draft not made, set aside');
      return new DraftingFailed(membershipId);
    }
  }
}
