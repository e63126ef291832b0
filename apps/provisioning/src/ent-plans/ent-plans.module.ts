import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ApproveAtOnce } from './approve-at-once.js';
import { Approvals } from './approvals.pg.js';
import { DayAllowance } from './day-allowance.js';
import { DecidePlan } from './decide-plan.js';
import type { Thresholds } from './domain/thresholds.js';
import { EntPlans } from './ent-plans.pg.js';
import { ExpirePlans } from './expire-plans.js';
import { GatheredWork } from './gathered-work.pg.js';
import { MakePlans } from './make-plans.js';
import { PlanRules } from './plan-rules.js';
import { PlanViews } from './plan-views.pg.js';
import { PlansRpc } from './plans.rpc.js';

export { EntPlanDecided, EntPlanExpired, EntPlanStale } from './domain/plan-rights.js';
export { limitsFrom, seasonsFrom, type Thresholds } from './domain/thresholds.js';
export { ApproveAtOnce, DayAllowance, ExpirePlans, MakePlans, PlanViews };

/** What the ENT is told at once, and what waits for a person's word (PRV-8). */
@Global()
@Module({})
export class EntPlansModule {
  static with(rules: { thresholds: Thresholds; heldDays: number }): DynamicModule {
    const { thresholds, heldDays } = rules;
    return {
      module: EntPlansModule,
      controllers: [PlansRpc],
      providers: [
        { provide: PlanRules, useFactory: () => new PlanRules(thresholds, heldDays) },
        Approvals,
        EntPlans,
        GatheredWork,
        PlanViews,
        MakePlans,
        DecidePlan,
        ApproveAtOnce,
        DayAllowance,
        ExpirePlans,
      ],
      exports: [MakePlans, ExpirePlans, ApproveAtOnce, DayAllowance, PlanViews],
    };
  }
}
