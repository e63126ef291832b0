import { type FixDateRequest, plain, type ProposeAmendmentRequest } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { type ListedProposal, proposalState } from '#libs/proposals';
import type { LocalDate } from '#libs/time';
import { dayOf, type FixableDate, parseMarketFile } from '../contract/markets/markets.module.js';
import type { ProposedAmendment } from './amendments.pg.js';
import type { AmendmentView, MarketView } from './market-views.pg.js';

// The contract's bounds hold by now: days are days, and which of them is one of two.
export const fromFixDate = (request: FixDateRequest) => ({
  ...plain(request),
  which: request.which as FixableDate,
  on: request.on as LocalDate,
});

/** Throws MarketFileInvalid. */
export const fromProposal = (request: ProposeAmendmentRequest) => ({
  marketCode: request.marketCode,
  terms: parseMarketFile(request.content),
  documentId: request.documentId,
  number: request.number,
  signedOn: request.signedOn as LocalDate,
  effectiveOn: request.effectiveOn as LocalDate,
});

export function toSummaryMessage(view: MarketView) {
  const { market, version, inForce } = view;
  const { code, title } = market;
  const { effectiveOn, endsOn } = market.calendar;
  const effectiveOnIsFixed = effectiveOn.actual !== undefined;
  const days = { effectiveOn: dayOf(effectiveOn), endsOn, effectiveOnIsFixed };
  return { code, title, ...days, version, inForce };
}

export function toShownMessage(view: MarketView) {
  const { market, version, sha256, inForce } = view;
  const { notificationOn, effectiveOn, endsOn } = market.calendar;
  return {
    code: market.code,
    title: market.title,
    version,
    sha256,
    inForce,
    notification: { planned: notificationOn.planned, actual: notificationOn.actual ?? '' },
    effective: { planned: effectiveOn.planned, actual: effectiveOn.actual ?? '' },
    endsOn,
    terms: JSON.stringify(market),
  };
}

export function toAmendmentMessage(amendment: AmendmentView) {
  const { by: recordedBy, on: recordedOn, document, ...rest } = amendment;
  return { ...rest, document, documentId: document.documentId, recordedBy, recordedOn };
}

export function toListedProposal(proposal: ListedProposal, today: LocalDate, caller: Caller) {
  const { subject: number, paper, decision, ...listed } = proposal;
  return {
    ...listed,
    number,
    state: proposalState(proposal, today),
    documentId: paper?.documentId ?? '',
    documentSha256: paper?.sha256 ?? '',
    decidedBy: decision?.decidedBy ?? '',
    decidedOn: decision?.decidedOn ?? '',
    reason: decision?.reason ?? '',
    isOwn: proposal.proposedBy === caller.userId,
  };
}

export const toProposedMessage = (
  { signedOn, effectiveOn, changes }: ProposedAmendment,
  isOutdated = false,
) => ({ signedOn, effectiveOn, changes, isOutdated });
