import { Injectable } from '@nestjs/common';
import type { Journal } from '#libs/commands';
import type { Transaction } from '#libs/persistence';
import { type ProposalPaper, Proposals } from '#libs/proposals';
import type { LocalDate } from '#libs/time';
import { InvoicedDays } from '../invoices/invoices.module.js';
import { contractYearsOf, type MarketTerms, Members } from '../members/members.module.js';
import { newEntries, type PriceEntry, Prices } from '../prices/prices.module.js';
import { toPriceChange } from './proposals.dto.js';
import { type AppliedRevision, priceChangesOf, toProposedPrices } from './proposed-prices.js';
import { requireNoneWaiting } from './waiting.js';

/** A market's terms, and the prices that a proposal goes on from. */
export type KnownPrices = {
  readonly terms: MarketTerms;
  readonly version: number;
  readonly entries: readonly PriceEntry[];
};

export type WantedPrices = {
  readonly known: KnownPrices;
  /** Unchanged prices may be among them. */
  readonly wanted: readonly PriceEntry[];
  /** All that they were calculated from, where a formula gave them. */
  readonly applied?: AppliedRevision;
  readonly subject: 'bpu' | 'revision';
  /** Undefined: a dry run. */
  readonly paper: ProposalPaper | undefined;
  readonly proposedBy: string;
};

/** Plain JSON. */
export type ProposedChanges = {
  /** Empty: a dry run, or nothing that changes. */
  readonly proposalId: string;
  readonly changes: readonly ReturnType<typeof toPriceChange>[];
};

/** What a proposal of prices must meet and how it is kept, wherever its prices come from (BIL-2, MKT-6). */
@Injectable()
export class PriceProposals {
  constructor(
    private readonly proposals: Proposals,
    private readonly members: Members,
    private readonly prices: Prices,
    private readonly invoicedDays: InvoicedDays,
  ) {}

  /** Locks the market: its proposals are made one after the other. Throws MarketUnknown. */
  async known(tx: Transaction, marketCode: string): Promise<KnownPrices> {
    const terms = await this.members.market(tx, marketCode, 'for-import');
    return { terms, ...(await this.prices.priceList(tx, marketCode)) };
  }

  /** In the transaction of `known`. Throws PricesInvalid, PriceAlreadyInvoiced, ProposalWaiting. */
  async propose(
    tx: Transaction,
    {
      known: { terms, version, entries },
      wanted,
      applied,
      subject,
      paper,
      proposedBy,
    }: WantedPrices,
    today: LocalDate,
    journal: Journal,
  ): Promise<ProposedChanges> {
    const marketCode = terms.code;
    const contractYears = contractYearsOf(terms);
    const added = newEntries(wanted, entries, {
      itemCodes: terms.items.map((item) => item.code),
      contractYears,
      invoiced: await this.invoicedDays.byItem(tx, marketCode),
    });
    const changes = priceChangesOf(added, entries, { contractYears, items: terms.items });
    const result = { proposalId: '', changes: changes.map(toPriceChange) };
    if (added.length === 0 || !paper) return result;
    const kind = 'PRICES';
    await requireNoneWaiting(this.proposals, tx, { marketCode, kind }, today);
    const content = toProposedPrices(added, version, applied);
    const { proposalId } = await this.proposals.record(
      tx,
      { marketCode, kind, subject, content, paper, proposedBy },
      today,
    );
    const details = { proposalId, prices: added.length };
    await journal({
      restsOn: paper.sha256,
      details: applied ? { ...details, factor: applied.factor } : details,
    });
    return { ...result, proposalId };
  }
}
