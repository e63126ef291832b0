import { Injectable } from '@nestjs/common';
import { Commands, type InJournal } from '#libs/commands';
import { type Caller, requireMarket } from '#libs/identity';
import { type Proposal, Proposals } from '#libs/proposals';
import { digestOf } from '../contract/markets/markets.module.js';
import { amendmentKind, type ProposedAmendment } from './amendments.pg.js';
import { InvoicedDays } from './invoiced-days.gateway.js';
import { type AmendmentGiven, PrepareAmendment } from './prepare-amendment.js';

export type ProposeAmendmentInput = {
  readonly idempotencyKey: string;
  readonly amendment: AmendmentGiven;
  /** Everything is judged and nothing kept. */
  readonly dryRun: boolean;
  readonly caller: Caller;
};

/** A coordinator proposes a signed amendment (MKT-6); nothing changes before another one has verified it. */
@Injectable()
export class ProposeAmendment {
  constructor(
    private readonly commands: Commands,
    private readonly prepare: PrepareAmendment,
    private readonly proposals: Proposals,
    private readonly invoicedDays: InvoicedDays,
  ) {}

  /**
   * What it says, with its proposal unless it is a dry run. Billing is asked before the transaction up to which day it
   * has invoiced; where it does not answer the refusal is `unavailable`. Throws what PrepareAmendment throws.
   */
  async execute({ amendment, dryRun, caller, idempotencyKey }: ProposeAmendmentInput): Promise<{
    readonly amendment: ProposedAmendment;
    readonly proposal: Omit<Proposal, 'content'> | undefined;
  }> {
    const { marketCode, documentId } = amendment;
    requireMarket(caller, marketCode);
    const invoicedUntil = await this.invoicedDays.invoicedUntil(marketCode);
    const request = { ...amendment, terms: digestOf(amendment.terms) };
    const about: InJournal = {
      subject: `market:${marketCode}`,
      restsOn: documentId,
      details: request,
    };
    return this.commands.attempt(
      {
        operation: 'ProposeAmendment',
        action: 'market-amendment.proposed',
        ...{ request, caller, idempotencyKey, dryRun, refused: about },
      },
      async (tx, today) => {
        const prepared = await this.prepare.execute(tx, amendment, invoicedUntil, today);
        const { number, signedOn, effectiveOn, terms, changes, basedOn, document } = prepared;
        const content = { basedOn, number, signedOn, effectiveOn, terms, changes };
        if (dryRun) return { amendment: content, proposal: undefined };
        const { content: _, ...proposal } = await this.proposals.record(
          tx,
          {
            ...{ marketCode, kind: amendmentKind, subject: number, proposedBy: caller.userId },
            content,
            paper: { documentId, sha256: document.sha256 },
          },
          today,
        );
        return { amendment: content, proposal };
      },
      () => about,
    );
  }
}
