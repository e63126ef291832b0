import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Commands, type Journal } from '#libs/commands';
import type { Caller } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import { type ProposalPaper, Proposals } from '#libs/proposals';
import type { LocalDate } from '#libs/time';
import { InvoicedDays } from '../invoices/invoices.module.js';
import { contractYearsOf, Members } from '../members/members.module.js';
import { newEntries, Prices } from '../prices/prices.module.js';
import { Papers } from '../papers/papers.module.js';
import { readPriceFile } from './price-file.js';
import { priceChangesOf, toProposedPrices } from './proposed-prices.js';
import { toPriceChange } from './proposals.dto.js';
import { requireNoneWaiting } from './waiting.js';

export type ProposePricesInput = {
  readonly marketCode: string;
  readonly content: Uint8Array;
  readonly documentId: string;
  readonly dryRun?: boolean;
  readonly caller: Caller;
  /** An empty one protects nothing. */
  readonly idempotencyKey: string;
};

/** Plain JSON: the first answer comes again for the same key. */
export type ProposePricesResult = {
  /** Empty: a dry run, or a file that changes nothing. */
  readonly proposalId: string;
  readonly changes: readonly ReturnType<typeof toPriceChange>[];
};

/** The supplier proposes what a file of the BPU changes (BIL-2); nothing is in force before somebody else verified it. */
@Injectable()
export class ProposePrices {
  constructor(
    private readonly commands: Commands,
    private readonly proposals: Proposals,
    private readonly papers: Papers,
    private readonly members: Members,
    private readonly prices: Prices,
    private readonly invoicedDays: InvoicedDays,
  ) {}

  /** Throws PricesInvalid, PriceAlreadyInvoiced (MKT-6), MarketUnknown, PaperNotDeposited, ProposalWaiting. */
  async execute(input: ProposePricesInput): Promise<ProposePricesResult> {
    const { marketCode, content, documentId, dryRun = false, caller, idempotencyKey } = input;
    const paper = dryRun
      ? undefined
      : await this.papers.ofMarket(documentId, { marketCode, kind: 'BPU' });
    const restsOn = createHash('sha256').update(content).digest('hex');
    return this.commands.attempt(
      {
        operation: 'ProposePrices',
        action: 'prices.proposed',
        request: { marketCode, content, documentId },
        ...{ caller, idempotencyKey, dryRun },
        refused: { subject: `market:${marketCode}`, restsOn },
      },
      (tx, today, journal) => this.propose(tx, input, paper, today, journal),
    );
  }

  private async propose(
    tx: Transaction,
    { marketCode, content, caller }: ProposePricesInput,
    paper: ProposalPaper | undefined,
    today: LocalDate,
    journal: Journal,
  ): Promise<ProposePricesResult> {
    const file = await readPriceFile(content);
    const terms = await this.members.market(tx, marketCode, 'for-import');
    const { version, entries: current } = await this.prices.priceList(tx, marketCode);
    const contractYears = contractYearsOf(terms);
    const added = newEntries(file, current, {
      itemCodes: terms.items.map((item) => item.code),
      contractYears,
      invoiced: await this.invoicedDays.byItem(tx, marketCode),
    });
    const changes = priceChangesOf(added, current, { contractYears, items: terms.items });
    const result = { proposalId: '', changes: changes.map(toPriceChange) };
    if (added.length === 0 || !paper) return result;
    await requireNoneWaiting(this.proposals, tx, { marketCode, kind: 'PRICES' }, today);
    const { proposalId } = await this.proposals.record(
      tx,
      {
        ...{ marketCode, kind: 'PRICES', subject: 'bpu', paper, proposedBy: caller.userId },
        content: toProposedPrices(added, version),
      },
      today,
    );
    await journal({ restsOn: paper.sha256, details: { proposalId, prices: added.length } });
    return { ...result, proposalId };
  }
}
