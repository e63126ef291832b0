import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, mayIn } from '#libs/identity';
import { type ProposalOutcome, Proposals, ProposalUnknown } from '#libs/proposals';
import { ViewInvoices } from '../view-invoices.js';
import { CarryOutCorrection } from './carry-out-correction.js';
import { MendingOfInvoices } from './mending-of-invoices.js';
import { correctionKind, type ProposedCorrection } from './proposed-correction.js';

export type DecideCorrectionInput = {
  readonly proposalId: string;
  readonly outcome: ProposalOutcome;
  /** Of what was read; to withdraw one's own, none is needed. */
  readonly digest: string;
  readonly reason: string;
  readonly caller: Caller;
  readonly idempotencyKey: string;
};

const actions = {
  APPROVED: 'invoice-correction.approved',
  REJECTED: 'invoice-correction.rejected',
  WITHDRAWN: 'invoice-correction.retracted',
} as const;

/** A second person of the supplier's decides on what he has read; what was approved is issued in the same transaction (BIL-8). */
@Injectable()
export class DecideCorrection {
  constructor(
    private readonly commands: Commands,
    private readonly proposals: Proposals,
    private readonly view: ViewInvoices,
    private readonly mending: MendingOfInvoices,
    private readonly carryOut: CarryOutCorrection,
  ) {}

  /** The invoice that it is about. Throws ProposalUnknown, what `decideProposal` throws, CorrectionOutdated. */
  async execute(input: DecideCorrectionInput): Promise<string> {
    const { proposalId, outcome, digest, reason, caller, idempotencyKey } = input;
    const found = await this.proposals.find<ProposedCorrection>(proposalId, correctionKind);
    if (!mayIn(caller, found.marketCode, 'supplier')) throw new ProposalUnknown();
    const { invoiceId } = found.content;
    const invoice = await this.view.get(caller, invoiceId);
    // Asked outside any transaction: nobody waits for metering behind a lock.
    const metered = outcome === 'APPROVED' ? await this.mending.usageOf(invoice) : undefined;
    await this.commands.run(
      {
        ...{ operation: 'DecideCorrection', action: actions[outcome] },
        subject: `invoice:${invoiceId}`,
      },
      { caller, idempotencyKey, proposalId, outcome, digest, reason },
      async (tx, today) => {
        const proposal = await this.proposals.find<ProposedCorrection>(
          ...([proposalId, correctionKind, tx] as const),
        );
        const read = outcome === 'WITHDRAWN' ? proposal.digest : digest;
        const answer = { outcome, digest: read, by: caller.userId, reason };
        await this.proposals.decide(tx, proposal, answer, today);
        if (metered) await this.carryOut.execute(tx, proposal, invoice, metered, today);
        return {};
      },
    );
    return invoiceId;
  }
}
