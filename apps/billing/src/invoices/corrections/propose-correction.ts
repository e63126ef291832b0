import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { Proposals } from '#libs/proposals';
import { ViewInvoices } from '../view-invoices.js';
import { CorrectionWaiting, NothingToMend } from './correction-problems.js';
import { MendingOfInvoices } from './mending-of-invoices.js';
import { correctionKind, type ProposedCorrection, toProposed } from './proposed-correction.js';

export type ProposeCorrectionInput = {
  readonly invoiceId: string;
  /** Printed on the documents, and read by the member. */
  readonly reason: string;
  readonly caller: Caller;
  readonly idempotencyKey: string;
};

/** One person of the supplier's proposes what mends an invoice; nothing is issued before another one has agreed (BIL-8). */
@Injectable()
export class ProposeCorrection {
  constructor(
    private readonly commands: Commands,
    private readonly proposals: Proposals,
    private readonly view: ViewInvoices,
    private readonly mending: MendingOfInvoices,
  ) {}

  /** The proposal's id. Throws NotVisible, NothingToMend, CorrectionWaiting, and what the calculation throws. */
  async execute(input: ProposeCorrectionInput): Promise<{ proposalId: string }> {
    const { reason, caller, idempotencyKey } = input;
    const invoice = await this.view.get(caller, input.invoiceId);
    const usage = await this.mending.usageSeen(invoice);
    const { id, marketCode } = invoice;
    return this.commands.run(
      {
        ...{ operation: 'ProposeCorrection', action: 'invoice-correction.proposed' },
        subject: `invoice:${id}`,
      },
      { invoiceId: id, reason, caller, idempotencyKey },
      async (tx, today) => {
        const found = await this.mending.locked(tx, invoice, usage);
        if (found?.mending === undefined) throw new NothingToMend(id);
        const of = { marketCode, kind: correctionKind, subject: id, openOn: today };
        const [waiting] = (await this.proposals.list(of, 1, '', tx)).rows;
        if (waiting) throw new CorrectionWaiting(waiting.proposedOn);
        const content: ProposedCorrection = {
          ...{ invoiceId: id, reason, documents: toProposed(found.mending) },
        };
        const { proposalId } = await this.proposals.record(
          tx,
          {
            ...{ marketCode, kind: correctionKind, subject: id, content, paper: undefined },
            proposedBy: caller.userId,
          },
          today,
        );
        return { proposalId };
      },
    );
  }
}
