import { Controller } from '@nestjs/common';
import {
  type DecideEntMissingRequest,
  type ListEntMissingRequest,
  type ProposeEntMissingRequest,
  ProvisioningService,
} from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { proposalOutcomeOf } from '#libs/messaging';
import { Answers } from '#libs/rpc';
import { DecideMissing } from './decide-missing.js';
import type { MissingProposal } from './missing-proposal.js';
import { ProposeMissing } from './propose-missing.js';
import { ViewMissing } from './view-missing.js';

@Controller()
export class EntMissingRpc {
  constructor(
    private readonly view: ViewMissing,
    private readonly propose: ProposeMissing,
    private readonly decide: DecideMissing,
  ) {}

  @Answers(ProvisioningService.method.listEntMissing)
  async list(_request: ListEntMissingRequest, caller: Caller) {
    const { schools, proposal } = await this.view.execute(caller);
    return { schools, ...(proposal && { proposal: toProposal(proposal, caller) }) };
  }

  @Answers(ProvisioningService.method.proposeEntMissing)
  async proposeMissing({ reason, uais }: ProposeEntMissingRequest, caller: Caller) {
    return { proposal: toProposal(await this.propose.execute(reason, uais, caller), caller) };
  }

  @Answers(ProvisioningService.method.decideEntMissing)
  async decideMissing({ outcome, ...request }: DecideEntMissingRequest, caller: Caller) {
    const given = { ...request, outcome: proposalOutcomeOf(outcome), caller };
    return { confirmedUntil: await this.decide.execute(given) };
  }
}

const toProposal = ({ content, ...proposal }: MissingProposal, caller: Caller) => ({
  proposalId: proposal.proposalId,
  digest: proposal.digest,
  reason: content.reason,
  proposedBy: proposal.proposedBy,
  proposedOn: proposal.proposedOn,
  expiresOn: proposal.expiresOn,
  isOwn: proposal.proposedBy === caller.userId,
  schools: content.schools.map((school) => ({ ...school, schoolName: '', confirmedUntil: '' })),
});
