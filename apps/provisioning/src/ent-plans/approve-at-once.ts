import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { limitsOn } from './domain/thresholds.js';
import { noFigures, partsOf, totalOf } from './domain/work-plan.js';
import { EntPlans } from './ent-plans.pg.js';
import { GatheredWork } from './gathered-work.pg.js';
import { PlanRules } from './plan-rules.js';

/** What was just decided, account by account, is planned and let through in the same breath (PRV-8). */
@Injectable()
export class ApproveAtOnce {
  constructor(
    private readonly gathered: GatheredWork,
    private readonly plans: EntPlans,
    private readonly rules: PlanRules,
  ) {}

  /** By a person: approved. */
  async execute(
    tx: Transaction,
    accountIds: readonly string[],
    decision: { readonly by: string; readonly on: LocalDate; readonly reason: string },
  ): Promise<void> {
    const planId = await this.make(tx, accountIds, decision.on, 'SCHOOL');
    if (planId === undefined) return;
    const made = await this.plans.held(tx, planId, '');
    const partIds = made.map(({ partId }) => partId);
    await this.plans.decide(tx, partIds, { ...decision, verdict: 'APPROVED' });
  }

  /** By a night, within what the day allows it: released, and counted where the night counts (`ent_look.calls`). */
  async release(tx: Transaction, accountIds: readonly string[], on: LocalDate): Promise<void> {
    await this.make(tx, accountIds, on, null);
  }

  private async make(
    tx: Transaction,
    accountIds: readonly string[],
    madeOn: LocalDate,
    heldBy: 'SCHOOL' | null,
  ): Promise<string | undefined> {
    const parts = partsOf(await this.gathered.tallies(tx, accountIds));
    if (parts.length === 0) return undefined;
    const { season } = limitsOn(madeOn, this.rules.thresholds);
    const judged = parts.map((part) => ({
      ...{ part, approved: noFigures, heldBy },
      counted: heldBy === null ? 0 : totalOf(part.figures),
    }));
    const plan = { madeOn, season, heldDays: this.rules.heldDays };
    return this.plans.make(tx, plan, judged, accountIds);
  }
}
