import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket, within } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { type ListedProposal, type Proposal, Proposals, ProposalUnknown } from '#libs/proposals';
import type { LocalDate } from '#libs/time';
import { contractYearsOf, type MarketTerms, Members } from '../members/members.module.js';
import { Prices } from '../prices/prices.module.js';
import { accountOn, SupplierAccounts } from '../supplier-accounts/supplier-accounts.module.js';
import type { ProposedAccount } from './propose-account.js';
import {
  type AppliedRevision,
  entriesOf,
  type PriceChange,
  priceChangesOf,
  type ProposedPrices,
} from './proposed-prices.js';
import { proposalKinds } from './waiting.js';

export type AccountChange = {
  readonly iban: string;
  readonly effectiveFrom: LocalDate;
  readonly ibanBefore: string;
  readonly ibanOfMarket: string;
};

/** A proposal beside what it changes, as that stood when it was made. */
export type ProposalView = {
  readonly proposal: ListedProposal;
  readonly today: LocalDate;
  readonly isOutdated: boolean;
  readonly prices: readonly PriceChange[];
  readonly account: AccountChange | undefined;
  readonly revision: AppliedRevision | undefined;
  /** Of the market; none of what is no proposal of prices. */
  readonly items: MarketTerms['items'];
};

@Injectable()
export class ViewProposals {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly proposals: Proposals,
    private readonly members: Members,
    private readonly prices: Prices,
    private readonly accounts: SupplierAccounts,
  ) {}

  /** Throws ProposalUnknown, also for one of another market. */
  show(caller: Caller, proposalId: string): Promise<ProposalView> {
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const proposal = await this.proposals.find<unknown>(proposalId, proposalKinds, tx);
      if (within(caller, proposal.marketCode).grants.length === 0) throw new ProposalUnknown();
      const nothing = { prices: [], account: undefined, revision: undefined, items: [] };
      const changes =
        proposal.kind === 'PRICES'
          ? await this.priceChanges(tx, proposal as Proposal<ProposedPrices>)
          : await this.accountChange(tx, proposal as Proposal<ProposedAccount>);
      return { ...nothing, ...changes, proposal, today };
    });
  }

  async list(
    caller: Caller,
    { marketCode, openOnly }: { readonly marketCode: string; readonly openOnly: boolean },
    limit: number,
    cursor: string,
  ) {
    requireMarket(caller, marketCode);
    const today = await this.businessDate.today();
    const filter = { marketCode, kind: proposalKinds, openOn: openOnly ? today : undefined };
    return { today, ...(await this.proposals.list(filter, limit, cursor)) };
  }

  private async priceChanges(
    tx: Transaction,
    { marketCode, content, decision }: Proposal<ProposedPrices>,
  ) {
    const terms = await this.members.market(tx, marketCode);
    const { entries } = await this.prices.priceList(tx, marketCode, content.basedOn);
    const { version } = await this.prices.priceList(tx, marketCode);
    const years = { contractYears: contractYearsOf(terms), items: terms.items };
    return {
      prices: priceChangesOf(entriesOf(content), entries, years),
      revision: content.revision,
      items: terms.items,
      isOutdated: !decision && version !== content.basedOn,
    };
  }

  private async accountChange(
    tx: Transaction,
    { marketCode, content, decision }: Proposal<ProposedAccount>,
  ) {
    const { basedOn, iban, effectiveFrom } = content;
    const { supplier } = await this.members.market(tx, marketCode);
    const accounts = await this.accounts.list(tx, marketCode);
    const before = accounts.filter(({ version }) => version <= basedOn);
    return {
      account: {
        ...{ iban, effectiveFrom, ibanOfMarket: supplier.iban },
        ibanBefore: accountOn(before, effectiveFrom)?.iban ?? '',
      },
      isOutdated: !decision && accounts.length !== before.length,
    };
  }
}
