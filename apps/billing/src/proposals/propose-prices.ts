import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { Papers } from '../papers/papers.module.js';
import { readPriceFile } from './price-file.js';
import { PriceProposals, type ProposedChanges } from './price-proposals.js';

export type ProposePricesInput = {
  readonly marketCode: string;
  readonly content: Uint8Array;
  readonly documentId: string;
  readonly dryRun?: boolean;
  readonly caller: Caller;
  /** An empty one protects nothing. */
  readonly idempotencyKey: string;
};

/** The supplier proposes what a file of the BPU changes (BIL-2); nothing is in force before somebody else verified it. */
@Injectable()
export class ProposePrices {
  constructor(
    private readonly commands: Commands,
    private readonly papers: Papers,
    private readonly priceProposals: PriceProposals,
  ) {}

  /** The first answer comes again for the same key. Throws PricesInvalid, PriceAlreadyInvoiced (MKT-6), MarketUnknown, PaperNotDeposited, ProposalWaiting. */
  async execute(input: ProposePricesInput): Promise<ProposedChanges> {
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
      async (tx, today, journal) => {
        const wanted = await readPriceFile(content);
        const known = await this.priceProposals.known(tx, marketCode);
        return this.priceProposals.propose(
          tx,
          { known, wanted, subject: 'bpu', paper, proposedBy: caller.userId },
          today,
          journal,
        );
      },
    );
  }
}
