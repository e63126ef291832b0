import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { parseIban } from '#libs/identifiers';
import type { Caller } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import { type ProposalPaper, Proposals } from '#libs/proposals';
import type { LocalDate } from '#libs/time';
import { Members } from '../members/members.module.js';
import { accountOn, SupplierAccounts } from '../supplier-accounts/supplier-accounts.module.js';
import { Papers } from '../papers/papers.module.js';
import { AccountDateInvalid, AccountUnchanged } from './proposal-problems.js';
import { requireNoneWaiting } from './waiting.js';

export type ProposeAccountInput = {
  readonly marketCode: string;
  readonly iban: string;
  readonly effectiveFrom: LocalDate;
  readonly documentId: string;
  readonly caller: Caller;
  readonly idempotencyKey: string;
};

/** What a proposal of an account holds, on top of the version that it was judged against. */
export type ProposedAccount = {
  readonly basedOn: number;
  readonly iban: string;
  readonly effectiveFrom: LocalDate;
};

/** The supplier proposes where members pay from a day on, with its RIB. */
@Injectable()
export class ProposeAccount {
  constructor(
    private readonly commands: Commands,
    private readonly proposals: Proposals,
    private readonly papers: Papers,
    private readonly members: Members,
    private readonly accounts: SupplierAccounts,
  ) {}

  /**
   * The proposal's id. Throws IbanInvalid, AccountDateInvalid, AccountUnchanged, MarketUnknown, PaperNotDeposited,
   * ProposalWaiting.
   */
  async execute(input: ProposeAccountInput): Promise<{ proposalId: string }> {
    const { marketCode, effectiveFrom, documentId, caller, idempotencyKey } = input;
    const paper = await this.papers.ofMarket(documentId, { marketCode, kind: 'RIB' });
    const { iban } = input;
    return this.commands.run(
      {
        operation: 'ProposeSupplierAccount',
        action: 'supplier-account.proposed',
        subject: `market:${marketCode}`,
        restsOn: paper.sha256,
      },
      { caller, idempotencyKey, marketCode, iban, effectiveFrom, documentId },
      (tx, today) => this.propose(tx, input, paper, today),
    );
  }

  private async propose(
    tx: Transaction,
    { marketCode, effectiveFrom, caller, ...input }: ProposeAccountInput,
    paper: ProposalPaper,
    today: LocalDate,
  ): Promise<{ proposalId: string }> {
    const iban = parseIban(input.iban);
    if (effectiveFrom < today) throw new AccountDateInvalid(today);
    const { supplier } = await this.members.market(tx, marketCode, 'for-import');
    const accounts = await this.accounts.list(tx, marketCode);
    if (accountOn(accounts, effectiveFrom)?.iban === iban) throw new AccountUnchanged();
    await requireNoneWaiting(this.proposals, tx, { marketCode, kind: 'SUPPLIER_ACCOUNT' }, today);
    const content: ProposedAccount = {
      ...{ basedOn: accounts.at(-1)?.version ?? 0, iban, effectiveFrom },
    };
    const { proposalId } = await this.proposals.record(
      tx,
      {
        ...{ marketCode, kind: 'SUPPLIER_ACCOUNT', subject: supplier.siret, content, paper },
        proposedBy: caller.userId,
      },
      today,
    );
    return { proposalId };
  }
}
