import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { approvalReason } from '../domain/approval-reason.js';
import { ImportWorker } from '../import-worker.js';
import { schoolsSeen } from '../schools-seen.js';
import { PlanDecisions, type Verdict } from './plan-decisions.pg.js';

export type PlanDecision = {
  /** As it was looked at, or the plan that stands of an import. */
  readonly of: { readonly planId: string } | { readonly importId: string };
  /** One school; none: all that the plan holds. */
  readonly uai?: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly caller: Caller;
};

const commands = {
  APPROVED: { operation: 'ApprovePlan', action: 'import.approved' },
  REJECTED: { operation: 'RejectPlan', action: 'import.rejected' },
} as const;

/** Releases what a plan holds, or leaves it undone: school by school, or all of it (DIR-3). */
@Injectable()
export class DecidePlan {
  constructor(
    private readonly commands: Commands,
    private readonly decisions: PlanDecisions,
    private readonly worker: ImportWorker,
  ) {}

  /**
   * A head decides what the own delivery changes, within the thresholds. Throws InputInvalid, ImportUnknown, ImportNotHeld,
   * PlanStale, DecisionAboveThreshold.
   */
  async execute({ of, uai = '', verdict, reason: text, caller }: PlanDecision): Promise<void> {
    const reason = approvalReason(text);
    await this.commands.run(
      {
        ...commands[verdict],
        subject: ({ importId }: { importId: string }) => `import:${importId}`,
      },
      { reason, ...of, ...(uai ? { uai } : {}), caller },
      async (tx, on) => {
        const planId =
          'planId' in of ? of.planId : await this.decisions.currentPlan(tx, of.importId);
        const by = caller.userId;
        const seen = schoolsSeen(caller);
        return this.decisions.decide(tx, { planId, uai, verdict, by, on, reason, seen });
      },
    );
    this.worker.wake();
  }
}
