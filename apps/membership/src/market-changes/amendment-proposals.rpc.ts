import { Controller } from '@nestjs/common';
import {
  type ApproveAmendmentRequest,
  type GetAmendmentProposalRequest,
  type ListAmendmentProposalsRequest,
  MarketService,
  type ProposeAmendmentRequest,
  type RejectAmendmentRequest,
  type WithdrawAmendmentRequest,
} from '#libs/contracts';
import { pageLimitOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { DecideAmendment, type DecideAmendmentInput } from './decide-amendment.js';
import { fromProposal, toListedProposal, toProposedMessage } from './market-changes.dto.js';
import { ProposeAmendment } from './propose-amendment.js';
import { ViewAmendmentProposals } from './view-amendment-proposals.js';

@Controller()
export class AmendmentProposalsRpc {
  constructor(
    private readonly proposing: ProposeAmendment,
    private readonly deciding: DecideAmendment,
    private readonly views: ViewAmendmentProposals,
  ) {}

  @Answers(MarketService.method.proposeAmendment)
  async proposeAmendment(request: ProposeAmendmentRequest, caller: Caller) {
    const { idempotencyKey, dryRun } = request;
    const amendment = fromProposal(request);
    const proposed = await this.proposing.execute({ idempotencyKey, amendment, dryRun, caller });
    if (proposed.proposal) return this.shown(caller, proposed.proposal.proposalId);
    const { marketCode, number } = amendment;
    return { proposal: { marketCode, number, amendment: toProposedMessage(proposed.amendment) } };
  }

  @Answers(MarketService.method.listAmendmentProposals)
  async listAmendmentProposals(
    { marketCode, openOnly, limit, cursor }: ListAmendmentProposalsRequest,
    caller: Caller,
  ) {
    const filter = { marketCode, openOnly };
    const found = await this.views.list(caller, filter, pageLimitOf(limit), cursor);
    const { rows, nextCursor, today } = found;
    return { proposals: rows.map((row) => toListedProposal(row, today, caller)), nextCursor };
  }

  @Answers(MarketService.method.getAmendmentProposal)
  getAmendmentProposal({ proposalId }: GetAmendmentProposalRequest, caller: Caller) {
    return this.shown(caller, proposalId);
  }

  @Answers(MarketService.method.approveAmendment)
  approveAmendment(request: ApproveAmendmentRequest, caller: Caller) {
    return this.decide({ ...request, outcome: 'APPROVED', caller });
  }

  @Answers(MarketService.method.rejectAmendment)
  rejectAmendment(request: RejectAmendmentRequest, caller: Caller) {
    return this.decide({ ...request, outcome: 'REJECTED', caller });
  }

  @Answers(MarketService.method.withdrawAmendment)
  withdrawAmendment(request: WithdrawAmendmentRequest, caller: Caller) {
    return this.decide({ ...request, outcome: 'WITHDRAWN', caller });
  }

  private async decide(input: DecideAmendmentInput) {
    await this.deciding.execute(input);
    return this.shown(input.caller, input.proposalId);
  }

  private async shown(caller: Caller, proposalId: string) {
    const { proposal, amendment, isOutdated, today } = await this.views.show(caller, proposalId);
    const listed = toListedProposal(proposal, today, caller);
    return { proposal: { ...listed, amendment: toProposedMessage(amendment, isOutdated) } };
  }
}
