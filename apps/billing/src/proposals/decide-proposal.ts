import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { event, PricesApprovedSchema, SupplierAccountApprovedSchema } from '#libs/contracts';
import { parseIban } from '#libs/identifiers';
import { type Caller, mayIn, type Role } from '#libs/identity';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import { type Proposal, type ProposalOutcome, Proposals, ProposalUnknown } from '#libs/proposals';
import type { LocalDate } from '#libs/time';
import { InvoicedDays } from '../invoices/invoices.module.js';
import { contractYearsOf, Members } from '../members/members.module.js';
import { newEntries, Prices } from '../prices/prices.module.js';
import { SupplierAccounts } from '../supplier-accounts/supplier-accounts.module.js';
import type { ProposedAccount } from './propose-account.js';
import { ProposalOutdated } from './proposal-problems.js';
import { toPriceChange } from './proposals.dto.js';
import { entriesOf, priceChangesOf, type ProposedPrices } from './proposed-prices.js';
import { proposalKinds } from './waiting.js';

export type DecideProposalInput = {
  readonly proposalId: string;
  readonly outcome: ProposalOutcome;
  /** Of what was read; to withdraw one's own, none is needed. */
  readonly digest?: string;
  readonly reason?: string;
  readonly caller: Caller;
  readonly idempotencyKey: string;
};

/** Who may answer so, in the market of the proposal. */
const deciders: Readonly<Record<ProposalOutcome, Role>> = {
  APPROVED: 'coordinator',
  REJECTED: 'coordinator',
  WITHDRAWN: 'supplier',
};
const words = {
  APPROVED: { operation: 'ApproveProposal', action: 'proposal.approved' },
  REJECTED: { operation: 'RejectProposal', action: 'proposal.rejected' },
  WITHDRAWN: { operation: 'WithdrawProposal', action: 'proposal.retracted' },
} as const;

/** The second person decides on what was read; what was approved is in force in the same transaction, and told. */
@Injectable()
export class DecideProposal {
  constructor(
    private readonly commands: Commands,
    private readonly proposals: Proposals,
    private readonly members: Members,
    private readonly prices: Prices,
    private readonly accounts: SupplierAccounts,
    private readonly invoicedDays: InvoicedDays,
    private readonly outbox: Outbox,
  ) {}

  /** Throws ProposalUnknown, what `decideProposal` throws, ProposalOutdated, PriceAlreadyInvoiced (MKT-6). */
  async execute(input: DecideProposalInput): Promise<void> {
    const { proposalId, outcome, digest = '', reason = '', caller, idempotencyKey } = input;
    const found = await this.proposals.find<unknown>(proposalId, proposalKinds);
    if (!mayIn(caller, found.marketCode, deciders[outcome])) throw new ProposalUnknown();
    const { marketCode, kind, paper } = found;
    await this.commands.run(
      { ...words[outcome], subject: `market:${marketCode}`, restsOn: paper?.sha256 ?? '' },
      { caller, idempotencyKey, proposalId, kind, digest, reason },
      async (tx, today) => {
        // First, so that nothing moves between what is judged and what is written.
        await this.members.market(tx, marketCode, 'for-import');
        const proposal = await this.proposals.find<unknown>(proposalId, proposalKinds, tx);
        const read = outcome === 'WITHDRAWN' ? proposal.digest : digest;
        const answer = { outcome, digest: read, by: caller.userId, reason };
        await this.proposals.decide(tx, proposal, answer, today);
        if (outcome === 'APPROVED') await this.carryOut(tx, proposal, today);
        return {};
      },
    );
  }

  private carryOut(tx: Transaction, proposal: Proposal<unknown>, today: LocalDate): Promise<void> {
    return proposal.kind === 'PRICES'
      ? this.priceBy(tx, proposal as Proposal<ProposedPrices>, today)
      : this.payTo(tx, proposal as Proposal<ProposedAccount>, today);
  }

  private async priceBy(
    tx: Transaction,
    { marketCode, proposalId, content, paper }: Proposal<ProposedPrices>,
    today: LocalDate,
  ): Promise<void> {
    const terms = await this.members.market(tx, marketCode);
    const contractYears = contractYearsOf(terms);
    const { version, entries: current } = await this.prices.priceList(tx, marketCode);
    if (version !== content.basedOn) throw new ProposalOutdated();
    const entries = entriesOf(content);
    // Days may have been invoiced meanwhile.
    newEntries(entries, current, {
      itemCodes: terms.items.map((item) => item.code),
      contractYears,
      invoiced: await this.invoicedDays.byItem(tx, marketCode),
    });
    await this.prices.append(tx, { marketCode, proposalId }, entries);
    const prices = priceChangesOf(entries, current, { contractYears, items: terms.items })
      .map(toPriceChange)
      .map(({ before: _before, ...price }) => price);
    await this.outbox.add(
      tx,
      event(PricesApprovedSchema, marketCode, {
        ...{ marketCode, proposalId, approvedOn: today, prices },
        documentId: paper?.documentId ?? '',
      }),
    );
  }

  private async payTo(
    tx: Transaction,
    { marketCode, proposalId, content, paper }: Proposal<ProposedAccount>,
    today: LocalDate,
  ): Promise<void> {
    const { basedOn, iban, effectiveFrom } = content;
    const accounts = await this.accounts.list(tx, marketCode);
    if ((accounts.at(-1)?.version ?? 0) !== basedOn) throw new ProposalOutdated();
    const account = { version: basedOn + 1, iban: parseIban(iban), effectiveFrom };
    await this.accounts.append(tx, { marketCode, proposalId }, account);
    await this.outbox.add(
      tx,
      event(SupplierAccountApprovedSchema, marketCode, {
        ...{ marketCode, proposalId, approvedOn: today, iban, effectiveFrom },
        documentId: paper?.documentId ?? '',
      }),
    );
  }
}
