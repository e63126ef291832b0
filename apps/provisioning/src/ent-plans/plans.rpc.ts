import { Controller } from '@nestjs/common';
import {
  type ApproveEntPlanPartRequest,
  type GetEntPlanRequest,
  type ListEntPlansRequest,
  ProvisioningService,
  type RejectEntPlanPartRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { type Caller, marketsOf, NotVisible } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { PriceSeats } from '../seat-prices/seat-prices.module.js';
import { DecidePlan } from './decide-plan.js';
import { PlanViews } from './plan-views.pg.js';

@Controller()
export class PlansRpc {
  constructor(
    private readonly decidePlan: DecidePlan,
    private readonly views: PlanViews,
    private readonly priceSeats: PriceSeats,
  ) {}

  @Answers(ProvisioningService.method.listEntPlans)
  async listEntPlans({ limit }: ListEntPlansRequest, caller: Caller) {
    const plans = await this.views.list(marketsOf(caller), pageLimitOf(limit));
    const priced = await this.priceSeats.forAll(plans);
    return { plans: plans.map(priced) };
  }

  @Answers(ProvisioningService.method.getEntPlan)
  async getEntPlan({ planId, ...page }: GetEntPlanRequest, caller: Caller) {
    const markets = marketsOf(caller);
    const found = await this.views.get(planId, markets);
    if (!found) throw new NotVisible();
    const limit = pageLimitOf(page.limit);
    const [after = ''] = decodeCursor(page.cursor, 'text') ?? [];
    const schools = await this.views.schools(planId, markets, { after, limit });
    const { rows, nextCursor } = pageOf(schools, limit, ({ uai }) => [uai]);
    const { plan, members } = found;
    const priced = await this.priceSeats.forAll([plan, ...members, ...rows]);
    return {
      plan: priced(plan),
      members: members.map(priced),
      schools: rows.map(priced),
      nextCursor,
    };
  }

  @Answers(ProvisioningService.method.approveEntPlanPart)
  approveEntPlanPart(request: ApproveEntPlanPartRequest, caller: Caller) {
    return this.decidePlan.execute({ ...request, verdict: 'APPROVED', caller });
  }

  @Answers(ProvisioningService.method.rejectEntPlanPart)
  rejectEntPlanPart(request: RejectEntPlanPartRequest, caller: Caller) {
    return this.decidePlan.execute({ ...request, verdict: 'REJECTED', caller });
  }
}
