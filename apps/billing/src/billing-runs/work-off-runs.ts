import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { isInfrastructureFault, UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import type { Period } from '#libs/time';
import {
  CollectUsage,
  DraftInvoices,
  type DraftOutcomes,
  type UsageOf,
  UsageWait,
} from '../invoices/invoices.module.js';
import {
  type LedgerHead,
  type MarketTerms,
  Members,
  ownPeriodEndingOn,
} from '../members/members.module.js';
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

/** Whoever is drafted together for the same days, with what metering stated of all of them, where it was asked. */
type Round = Work & { readonly period: Period; readonly usageOf: UsageOf | undefined };

type Refused = ReadonlyMap<string, DomainError>;

/** How many memberships are drafted in one transaction. */
export class DraftedTogether {
  constructor(readonly memberships: number) {}
}

const pollMs = 200;

/**
 * Drafts whoever waits in a run, a block in one transaction (BIL-5): killed anywhere, who was not drafted waits on. Two
 * processes at once draft nothing twice, since the database takes one invoice per membership, period and revision.
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
    private readonly draftInvoices: DraftInvoices,
    private readonly usageAboveOrders: ListUsageAboveOrders,
    private readonly usageWait: UsageWait,
    private readonly together: DraftedTogether,
    @Inject(loggerToken) private readonly logger: Logger,
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
      for (const { period, isOver, ids } of await this.byPeriod(work, waiting)) {
        const usageOf = isOver ? await this.usageOf(work, period, ids) : undefined;
        for (let at = 0; at < ids.length; at += this.together.memberships) {
          if (isStopping()) return;
          const block = ids.slice(at, at + this.together.memberships);
          const parked = new Map<string, DomainError>();
          for (const [id, refusal] of await this.draft({ ...work, period, usageOf }, block)) {
            const comes = refusal.kind === 'unavailable' && round < roundsMax;
            if (comes) later.push(id);
            else parked.set(id, refusal);
          }
          await this.runMembers.park(runId, parked);
        }
      }
      waiting = later;
      if (waiting.length > 0) await sleep(pollMs);
    }
  }

  /**
   * Whoever chose the year is invoiced for all of it as its last quarter is; judged again behind the lock of the copies. Of
   * a year that goes on metering is asked nothing: no part of it is certified, or keeps anybody waiting.
   */
  private async byPeriod({ run, terms }: Work, membershipIds: readonly string[]) {
    const chosen = await this.unitOfWork.run((tx) => this.members.rhythms(tx, membershipIds));
    const own = (id: string) => ownPeriodEndingOn(terms, chosen.get(id) ?? [], run.period.end);
    const groups = Map.groupBy(membershipIds, (id) => own(id)?.start);
    return [...groups.values()].map((ids) => {
      const period = own(ids[0]!);
      return { period: period ?? run.period, isOver: period !== undefined, ids };
    });
  }

  /** Asked once for all; what metering refuses, each is refused for. */
  private async usageOf(
    { run, terms }: Work,
    period: Period,
    membershipIds: readonly string[],
  ): Promise<UsageOf> {
    const { marketCode } = run;
    const of = new Set(membershipIds);
    try {
      return await this.collectUsage.execute({ basis: terms.basis, marketCode, period, of });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return () => {
        throw error;
      };
    }
  }

  /**
   * Who is refused, and for what. Where a block fails as a whole it is drafted in halves, down to the one that is to blame:
   * a bad membership never blocks another, and is drafted in the same way alone.
   */
  private async draft(round: Round, membershipIds: readonly string[]): Promise<Refused> {
    const { run, heads, usageOf, period } = round;
    const { runId } = run;
    const waiting = await this.runMembers.stillWaiting(runId, membershipIds);
    const stated = waiting.flatMap((id) => heads.get(id) ?? []);
    const refused = new Map<string, DomainError>(
      waiting.filter((id) => !heads.has(id)).map((id) => [id, new MembershipNotStated(id)]),
    );
    const add = (more: Refused) => more.forEach((why, id) => refused.set(id, why));
    if (stated.length === 0) return refused;
    try {
      const block = await this.draftInvoices.execute(
        { runId, usageOf, period, heads: stated },
        (tx, outcomes, today) => this.runMembers.settle(tx, runId, settledBy(outcomes), today),
      );
      add(block.refused);
      for (const id of block.left) add(await this.draft(round, [id]));
    } catch (error) {
      if (isInfrastructureFault(error)) throw error;
      const [{ membershipId }] = stated as [LedgerHead];
      if (stated.length === 1)
        refused.set(membershipId, this.refusalOf(error, runId, membershipId));
      else for (const half of halvesOf(stated)) add(await this.draft(round, half));
    }
    return refused;
  }

  private refusalOf(error: unknown, runId: string, membershipId: string): DomainError {
    if (error instanceof DomainError) return error;
    this.logger.error({ err: error, runId, membershipId }, 'draft not made, set aside');
    return new DraftingFailed(membershipId);
  }
}

const settledBy = (outcomes: DraftOutcomes) =>
  new Map(
    [...outcomes].map(
      ([id, outcome]) => [id, outcome === 'WITHOUT_LINE' ? 'WITHOUT_LINE' : 'DRAFTED'] as const,
    ),
  );

function halvesOf(heads: readonly LedgerHead[]): string[][] {
  const ids = heads.map(({ membershipId }) => membershipId);
  const middle = Math.ceil(ids.length / 2);
  return [ids.slice(0, middle), ids.slice(middle)];
}
