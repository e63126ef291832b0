import { Controller } from '@nestjs/common';
import {
  type ApproveProposalRequest,
  BillingProposalService,
  type GetAgreementsRequest,
  type GetProposalRequest,
  type ListProposalsRequest,
  type PriceRevision,
  type ProposePriceRevisionRequest,
  type ProposePricesRequest,
  type ProposeSupplierAccountRequest,
  type RejectProposalRequest,
  type WithdrawProposalRequest,
} from '#libs/contracts';
import { pageLimitOf } from '#libs/http';
import { type Caller, requireMarket } from '#libs/identity';
import { proposalState } from '#libs/proposals';
import { Answers } from '#libs/rpc';
import { localDate } from '#libs/time';
import { DecideProposal, type DecideProposalInput } from './decide-proposal.js';
import { PriceEffects } from './price-effects.js';
import { ProposeAccount } from './propose-account.js';
import { ProposePrices } from './propose-prices.js';
import { ProposeRevision } from './propose-revision.js';
import {
  toAgreements,
  toApplied,
  toEffect,
  toEntries,
  toListed,
  toProposal,
} from './proposals.dto.js';
import { ShowAgreements } from './show-agreements.js';
import { ViewProposals } from './view-proposals.js';

@Controller()
export class ProposalsRpc {
  constructor(
    private readonly pricesProposed: ProposePrices,
    private readonly revisionProposed: ProposeRevision,
    private readonly accountProposed: ProposeAccount,
    private readonly decision: DecideProposal,
    private readonly proposals: ViewProposals,
    private readonly effects: PriceEffects,
    private readonly agreements: ShowAgreements,
  ) {}

  @Answers(BillingProposalService.method.proposePrices)
  async proposePrices(
    { marketCode, content, documentId, dryRun, idempotencyKey }: ProposePricesRequest,
    caller: Caller,
  ) {
    requireMarket(caller, marketCode);
    const asked = { marketCode, content, documentId, dryRun, caller, idempotencyKey };
    const { proposalId, changes } = await this.pricesProposed.execute(asked);
    const effects = dryRun ? await this.effects.of(marketCode, toEntries(changes)) : [];
    return { proposalId, changes: [...changes], effects: effects.map(toEffect) };
  }

  @Answers(BillingProposalService.method.proposePriceRevision)
  async proposePriceRevision(
    { marketCode, revision, documentId, dryRun, idempotencyKey }: ProposePriceRevisionRequest,
    caller: Caller,
  ) {
    requireMarket(caller, marketCode);
    const asked = { marketCode, documentId, dryRun, caller, idempotencyKey };
    const { proposalId, changes, applied, items } = await this.revisionProposed.execute({
      ...asked,
      revision: revisionOf(revision),
    });
    const effects = dryRun ? await this.effects.of(marketCode, toEntries(changes)) : [];
    const told = { proposalId, changes: [...changes], applied: toApplied(applied, items) };
    return { ...told, effects: effects.map(toEffect) };
  }

  @Answers(BillingProposalService.method.proposeSupplierAccount)
  async proposeSupplierAccount(
    { effectiveFrom, ...request }: ProposeSupplierAccountRequest,
    caller: Caller,
  ) {
    requireMarket(caller, request.marketCode);
    const asked = { ...request, effectiveFrom: localDate(effectiveFrom), caller };
    const { proposalId } = await this.accountProposed.execute(asked);
    return this.shown(caller, proposalId);
  }

  @Answers(BillingProposalService.method.listProposals)
  async list({ marketCode, openOnly, limit, cursor }: ListProposalsRequest, caller: Caller) {
    const asked = { marketCode, openOnly };
    const page = await this.proposals.list(caller, asked, pageLimitOf(limit), cursor);
    const { rows, nextCursor, today } = page;
    return { proposals: rows.map((row) => toListed(row, today, caller)), nextCursor };
  }

  @Answers(BillingProposalService.method.getProposal)
  get({ proposalId }: GetProposalRequest, caller: Caller) {
    return this.shown(caller, proposalId);
  }

  @Answers(BillingProposalService.method.getAgreements)
  async getAgreements({ marketCode }: GetAgreementsRequest, caller: Caller) {
    return toAgreements(await this.agreements.execute(caller, marketCode));
  }

  @Answers(BillingProposalService.method.approveProposal)
  approve(request: ApproveProposalRequest, caller: Caller) {
    return this.decided({ ...request, outcome: 'APPROVED', caller });
  }

  @Answers(BillingProposalService.method.rejectProposal)
  reject(request: RejectProposalRequest, caller: Caller) {
    return this.decided({ ...request, outcome: 'REJECTED', caller });
  }

  @Answers(BillingProposalService.method.withdrawProposal)
  withdraw(request: WithdrawProposalRequest, caller: Caller) {
    return this.decided({ ...request, outcome: 'WITHDRAWN', caller });
  }

  private async decided(decision: DecideProposalInput) {
    await this.decision.execute(decision);
    return this.shown(decision.caller, decision.proposalId);
  }

  private async shown(caller: Caller, proposalId: string) {
    const view = await this.proposals.show(caller, proposalId);
    const { proposal, prices, isOutdated, today } = view;
    const waits = !isOutdated && proposalState(proposal, today) === 'OPEN';
    const effects = waits ? await this.effects.of(proposal.marketCode, prices) : [];
    return { proposal: toProposal(view, effects, caller) };
  }
}

/** Plain JSON, as it is kept. */
function revisionOf(asked: PriceRevision | undefined) {
  const value = (one: PriceRevision['terms'][number]['base']) => ({
    ...{ value: one?.value ?? '', on: one?.on ?? '', source: one?.source ?? '' },
  });
  return {
    baseOn: localDate(asked?.baseOn ?? ''),
    effectiveFrom: localDate(asked?.effectiveFrom ?? ''),
    constant: asked?.constant ?? '',
    roundsFactor: asked?.roundsFactor ?? false,
    terms: (asked?.terms ?? []).map(({ index, coefficient, base, current }) => ({
      ...{ index, coefficient, base: value(base), current: value(current) },
    })),
  };
}
