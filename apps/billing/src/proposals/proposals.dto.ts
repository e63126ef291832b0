import type { Caller } from '#libs/identity';
import { type ListedProposal, proposalState } from '#libs/proposals';
import type { LocalDate } from '#libs/time';
import type { MarketTerms } from '../members/members.module.js';
import type { PriceEntry } from '../prices/prices.module.js';
import type { MemberPriceEffect, PriceEffect } from './price-effects.js';
import type { AppliedRevision, PriceChange } from './proposed-prices.js';
import type { Agreements } from './show-agreements.js';
import type { ProposalView } from './view-proposals.js';

const toAmounts = ({ unitPrice, vatBasisPoints }: PriceEntry) => ({
  unitPriceTenThousandths: Number(unitPrice),
  vatBasisPoints,
});

/** Plain JSON, in the words of the contract. */
export const toPriceChange = (change: PriceChange) => ({
  itemCode: change.itemCode,
  label: change.label,
  effectiveFrom: change.effectiveFrom,
  ...toAmounts(change),
  ...(change.before ? { before: toAmounts(change.before) } : {}),
});

/** The prices that changes in the words of the contract come from. */
export const toEntries = (changes: readonly ReturnType<typeof toPriceChange>[]): PriceEntry[] =>
  changes.map(({ itemCode, effectiveFrom, unitPriceTenThousandths, vatBasisPoints }) => ({
    ...{ itemCode, effectiveFrom, vatBasisPoints },
    unitPrice: BigInt(unitPriceTenThousandths),
  }));

const toBeforeAndAfter = ({ before, after }: Pick<MemberPriceEffect, 'before' | 'after'>) => ({
  ...(before && { before: { ...before } }),
  ...(after && { after: { ...after } }),
});

export const toEffect = ({ period, members, ofMembers, ...sums }: PriceEffect) => ({
  period: { startsOn: period.start, endsOn: period.end },
  members,
  ...toBeforeAndAfter(sums),
  ofMembers: ofMembers.map(({ membershipId, organisationName, ...effect }) => ({
    ...{ membershipId, organisationName },
    ...toBeforeAndAfter(effect),
  })),
});

export const toApplied = (
  { revision, factor, basePrices }: AppliedRevision,
  // None in an answer that an earlier release kept for a repetition.
  items: MarketTerms['items'] = [],
) => ({
  revision: {
    ...revision,
    terms: revision.terms.map((term) => ({
      ...term,
      base: { ...term.base },
      current: { ...term.current },
    })),
  },
  factor,
  basePrices: basePrices.map(({ itemCode, unitPrice }) => ({
    itemCode,
    unitPriceTenThousandths: Number(unitPrice),
    label: items.find(({ code }) => code === itemCode)?.label ?? itemCode,
  })),
});

export const toListed = (proposal: ListedProposal, today: LocalDate, caller: Caller) => ({
  proposalId: proposal.proposalId,
  marketCode: proposal.marketCode,
  kind: proposal.kind,
  state: proposalState(proposal, today),
  digest: proposal.digest,
  documentId: proposal.paper?.documentId ?? '',
  documentSha256: proposal.paper?.sha256 ?? '',
  proposedOn: proposal.proposedOn,
  expiresOn: proposal.expiresOn,
  decidedOn: proposal.decision?.decidedOn ?? '',
  reason: proposal.decision?.reason ?? '',
  isOwn: proposal.proposedBy === caller.userId,
});

export const toProposal = (
  { proposal, today, prices, account, revision, items, isOutdated }: ProposalView,
  effects: readonly PriceEffect[],
  caller: Caller,
) => ({
  ...toListed(proposal, today, caller),
  isOutdated,
  prices: prices.map(toPriceChange),
  ...(account ? { account } : {}),
  ...(revision ? { revision: toApplied(revision, items) } : {}),
  effects: effects.map(toEffect),
});

export const toAgreements = ({ prices, accounts }: Agreements) => ({
  prices: prices.map(({ itemCode, label, period, isInForce, ...entry }) => ({
    ...{ itemCode, label, isInForce },
    period: { startsOn: period.start, endsOn: period.end },
    ...toAmounts({ ...entry, itemCode }),
  })),
  accounts: accounts.map(({ iban, effectiveFrom, isInForce }) => ({
    ...{ iban, effectiveFrom, isInForce },
  })),
});
