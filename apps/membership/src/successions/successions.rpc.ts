import { Controller } from '@nestjs/common';
import {
  type ApproveSuccessionRequest,
  type CancelSuccessionRequest,
  type GetSuccessionRequest,
  type ImportMovementsRequest,
  type ListSuccessionsOfMemberRequest,
  type ListSuccessionsRequest,
  type Plain,
  plain,
  type PlanSuccessionsRequest,
  type PreviewSuccessionRequest,
  type SuccessionPlan,
  SuccessionService,
  type Successor,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import { parseSiren } from '#libs/identifiers';
import type { Caller } from '#libs/identity';
import { refusalFields } from '#libs/problems';
import { Answers } from '#libs/rpc';
import { requiredKey } from '../orders/ledger/orders.module.js';
import { fromOrganisationMessage } from '../organisations/organisations.module.js';
import { ApproveSuccession } from './approve-succession.js';
import { CancelSuccession } from './cancel-succession.js';
import { ImportMovements } from './import-movements.js';
import { PlanSuccessions } from './plan-successions.js';
import type { PlanGiven } from './prepare-plan.js';
import { PreviewSuccession, type SuccessionPreview } from './preview-succession.js';
import { ViewSuccessions } from './view-successions.js';

@Controller()
export class SuccessionsRpc {
  constructor(
    private readonly planUseCase: PlanSuccessions,
    private readonly previewUseCase: PreviewSuccession,
    private readonly approveUseCase: ApproveSuccession,
    private readonly cancelUseCase: CancelSuccession,
    private readonly importUseCase: ImportMovements,
    private readonly views: ViewSuccessions,
  ) {}

  @Answers(SuccessionService.method.planSuccessions)
  async planSuccessions(request: PlanSuccessionsRequest, caller: Caller) {
    const plans = request.plans.map(fromPlan);
    const planned = await this.planUseCase.execute({ ...plain(request), plans, caller });
    return { successions: await this.shown(planned, caller) };
  }

  @Answers(SuccessionService.method.previewSuccession)
  async previewSuccession({ marketCode, plan }: PreviewSuccessionRequest, caller: Caller) {
    const input = { marketCode, plan: fromPlan(plan), caller };
    return toPreviewMessage(await this.previewUseCase.execute(input));
  }

  @Answers(SuccessionService.method.approveSuccession)
  async approveSuccession(request: ApproveSuccessionRequest, caller: Caller) {
    const approved = await this.approveUseCase.execute({ ...plain(request), caller });
    return { successions: await this.shown(approved, caller) };
  }

  @Answers(SuccessionService.method.cancelSuccession)
  async cancelSuccession(request: CancelSuccessionRequest, caller: Caller) {
    const cancelled = await this.cancelUseCase.execute({ ...plain(request), caller });
    return { successions: await this.shown(cancelled, caller) };
  }

  @Answers(SuccessionService.method.listSuccessions)
  listSuccessions({ marketCode, ...page }: ListSuccessionsRequest, caller: Caller) {
    return this.list({ marketCode, membershipId: '' }, page, caller);
  }

  @Answers(SuccessionService.method.listSuccessionsOfMember)
  listSuccessionsOfMember(
    { membershipId, ...page }: ListSuccessionsOfMemberRequest,
    caller: Caller,
  ) {
    return this.list({ marketCode: '', membershipId }, page, caller);
  }

  @Answers(SuccessionService.method.getSuccession)
  async getSuccession({ successionId }: GetSuccessionRequest, caller: Caller) {
    return { succession: await this.views.find({ successionId, caller }) };
  }

  @Answers(SuccessionService.method.importMovements)
  async importMovements(request: ImportMovementsRequest, caller: Caller) {
    const { planned, ...imported } = await this.importUseCase.execute({
      ...plain(request),
      idempotencyKey: request.dryRun ? '' : requiredKey(request.idempotencyKey),
      caller,
    });
    return { ...imported, successions: await this.shown(planned, caller) };
  }

  private async list(
    of: { readonly marketCode: string; readonly membershipId: string },
    page: Pick<ListSuccessionsRequest, 'status' | 'limit' | 'cursor'>,
    caller: Caller,
  ) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.views.list({ ...of, status: page.status, ...part, caller }),
      (row) => [row.effectiveOn, row.successionId],
    );
    return { successions: rows, nextCursor };
  }

  private async shown(ids: readonly string[], caller: Caller) {
    const views = [];
    for (const successionId of ids) views.push(await this.views.find({ successionId, caller }));
    return views;
  }
}

/** The contract's bounds hold by now. Throws what an organisation's own form throws. */
function fromPlan(message: SuccessionPlan | undefined): PlanGiven {
  const { successor, ...terms } = plain(message!);
  return {
    ...(terms as unknown as Omit<PlanGiven, 'successor'>),
    annexe2Lines: [...new Set(terms.annexe2Lines)],
    successor: successorOf(successor!),
  };
}

/** By its SIREN alone where it is known here; in full otherwise. */
function successorOf(successor: Plain<Successor>): PlanGiven['successor'] {
  if (successor.name === '' && successor.kind === '') {
    return { organisationId: `org-${parseSiren(successor.siren)}` };
  }
  return fromOrganisationMessage(successor);
}

const toPreviewMessage = ({ refusal, ...preview }: SuccessionPreview) => ({
  ...preview,
  ...refusalFields(refusal),
});
