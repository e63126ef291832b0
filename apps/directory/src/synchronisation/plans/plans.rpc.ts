import { Controller } from '@nestjs/common';
import {
  type ApprovePlanRequest,
  DirectoryService,
  type ListPlanChangesRequest,
  type ListPlanSchoolsRequest,
  type RejectPlanRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { schoolsSeen } from '../schools-seen.js';
import { DecidePlan } from './decide-plan.js';
import { Plans } from './plans.pg.js';

@Controller()
export class PlansRpc {
  constructor(
    private readonly decidePlan: DecidePlan,
    private readonly plans: Plans,
  ) {}

  @Answers(DirectoryService.method.listPlanSchools)
  async schools({ planId, state, changingOnly, ...page }: ListPlanSchoolsRequest, caller: Caller) {
    const seen = schoolsSeen(caller);
    const plan = await this.plans.get(planId, seen);
    const limit = pageLimitOf(page.limit);
    const [after] = decodeCursor(page.cursor, 'text') ?? [];
    const found = await this.plans.schools(planId, { state, changingOnly, seen, limit, after });
    const { rows, nextCursor } = pageOf(found, limit, ({ uai }) => [uai]);
    return { plan, schools: [...rows], nextCursor };
  }

  @Answers(DirectoryService.method.listPlanChanges)
  async changes({ planId, uai, kind, ...page }: ListPlanChangesRequest) {
    await this.plans.get(planId);
    const limit = pageLimitOf(page.limit);
    const [after = 0] = decodeCursor(page.cursor, 'integer') ?? [];
    const found = await this.plans.changes(planId, { uai, kind, limit, after });
    const { rows, nextCursor } = pageOf(found, limit, ({ seq }) => [seq]);
    return { changes: [...rows], nextCursor };
  }

  @Answers(DirectoryService.method.approvePlan)
  async approve({ planId, uai, reason }: ApprovePlanRequest, caller: Caller) {
    await this.decidePlan.execute({ of: { planId }, uai, verdict: 'APPROVED', reason, caller });
    return {};
  }

  @Answers(DirectoryService.method.rejectPlan)
  async reject({ planId, uai, reason }: RejectPlanRequest, caller: Caller) {
    await this.decidePlan.execute({ of: { planId }, uai, verdict: 'REJECTED', reason, caller });
    return {};
  }
}
