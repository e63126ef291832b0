import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, requireMarket } from '#libs/identity';
import { Outbox } from '#libs/messaging';
import { withdraw } from './domain/invoice.js';
import { Drafts } from './drafts.pg.js';
import { withdrawnEvent } from './invoices.events.js';
import { Invoices } from './invoices.pg.js';

export type WithdrawDraftInput = {
  readonly invoiceId: string;
  /** As the member reads it. */
  readonly reason: string;
  readonly caller: Caller;
  readonly idempotencyKey: string;
};

/** The supplier takes a draft back, and the member is told; its period may be billed anew (BIL-9). */
@Injectable()
export class WithdrawDraft {
  constructor(
    private readonly commands: Commands,
    private readonly invoices: Invoices,
    private readonly drafts: Drafts,
    private readonly outbox: Outbox,
  ) {}

  /** Throws InvoiceUnknown, InvoiceAlreadyFinalised, DraftWithdrawn. */
  async execute({ invoiceId, reason, caller, idempotencyKey }: WithdrawDraftInput): Promise<void> {
    const { marketCode } = await this.invoices.get(invoiceId);
    requireMarket(caller, marketCode);
    await this.commands.run(
      {
        operation: 'WithdrawDraft',
        action: 'invoice.withdrawn',
        subject: `invoice:${invoiceId}`,
      },
      { invoiceId, reason, caller, idempotencyKey },
      async (tx, today) => {
        const found = await this.invoices.findForFinalising(tx, invoiceId);
        const taken = withdraw(found, reason, today);
        await this.drafts.saveWithdrawn(tx, taken);
        await this.outbox.add(tx, withdrawnEvent(taken));
        return invoiceId;
      },
    );
  }
}
