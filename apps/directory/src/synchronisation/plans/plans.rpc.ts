import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  type ApprovePlanRequest,
  DirectoryService,
  type ListPlanChangesRequest,
  type ListPlanSchoolsRequest,
  type RejectPlanRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { CurrentCaller, type Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { DecidePlan } from './decide-plan.js';
import { Plans } from './plans.pg.js';

@Controller()
export class PlansRpc {
  constructor(
    private readonly decidePlan: DecidePlan,
    private readonly plans: Plans,
  ) {}

  @Answers(DirectoryService.method.listPlanSchools)
  async schools(@Payload() { planId, state, ...page }: ListPlanSchoolsRequest) {
    const plan = await this.plans.get(planId);
    const limit = pageLimitOf(page.limit);
    const [after] = decodeCursor(page.cursor, 'text') ?? [];
    const found = await this.plans.schools(planId, { state, limit, after });
    const { rows, nextCursor } = pageOf(found, limit, ({ uai }) => [uai]);
    return { plan, schools: [...rows], nextCursor };
  }

  @Answers(DirectoryService.method.listPlanChanges)
  async changes(@Payload() { planId, uai, kind, ...page }: ListPlanChangesRequest) {
    await this.plans.get(planId);
    const limit = pageLimitOf(page.limit);
    const [after = '0'] = decodeCursor(page.cursor, 'integer') ?? [];
    const found = await this.plans.changes(planId, { uai, kind, limit, after: Number(after) });
    const { rows, nextCursor } = pageOf(found, limit, ({ seq }) => [String(seq)]);
    return { changes: [...rows], nextCursor };
  }

  @Answers(DirectoryService.method.approvePlan)
  async approve(
    @Payload() { planId, uai, reason }: ApprovePlanRequest,
    @CurrentCaller() caller: Caller,
  ) {
    await this.decidePlan.execute({ of: { planId }, uai, verdict: 'APPROVED', reason, caller });
    return {};
  }

  @Answers(DirectoryService.method.rejectPlan)
  async reject(
    @Payload() { planId, uai, reason }: RejectPlanRequest,
    @CurrentCaller() caller: Caller,
  ) {
    await this.decidePlan.execute({ of: { planId }, uai, verdict: 'REJECTED', reason, caller });
    return {};
  }
}
