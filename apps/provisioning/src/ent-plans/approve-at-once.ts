import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { limitsOn } from './domain/thresholds.js';
import { noFigures, partsOf, totalOf } from './domain/work-plan.js';
import { EntPlans } from './ent-plans.pg.js';
import { GatheredWork } from './gathered-work.pg.js';
import { PlanRules } from './plan-rules.js';

/** What a person has just decided, account by account, is planned and approved in the same breath (PRV-8). */
@Injectable()
export class ApproveAtOnce {
  constructor(
    private readonly gathered: GatheredWork,
    private readonly plans: EntPlans,
    private readonly rules: PlanRules,
  ) {}

  async execute(
    tx: Transaction,
    accountIds: readonly string[],
    decision: { readonly by: string; readonly on: LocalDate; readonly reason: string },
  ): Promise<void> {
    const parts = partsOf(await this.gathered.tallies(tx, accountIds));
    if (parts.length === 0) return;
    const { season } = limitsOn(decision.on, this.rules.thresholds);
    const plan = { madeOn: decision.on, season, heldDays: this.rules.heldDays };
    const held = parts.map((part) => ({
      ...{ part, approved: noFigures, counted: totalOf(part.figures), heldBy: 'SCHOOL' as const },
    }));
    const planId = await this.plans.make(tx, plan, held, accountIds);
    const made = await this.plans.held(tx, planId, '');
    const partIds = made.map(({ partId }) => partId);
    await this.plans.decide(tx, partIds, { ...decision, verdict: 'APPROVED' });
  }
}
