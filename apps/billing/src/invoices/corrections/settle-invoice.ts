import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { Outbox } from '#libs/messaging';
import type { Settlement } from '../domain/invoice.js';
import { settle } from '../domain/settlement.js';
import { settledEvent } from '../invoices.events.js';
import { Invoices } from '../invoices.pg.js';
import { ViewInvoices } from '../view-invoices.js';
import { InvoiceReviews } from './invoice-reviews.pg.js';
import { Settlements } from './settlements.pg.js';

export type SettleInvoiceInput = Settlement & {
  readonly invoiceId: string;
  readonly caller: Caller;
  readonly idempotencyKey: string;
};

/** The supplier records that an invoice was paid or rejected, which decides how it is mended (BIL-8). */
@Injectable()
export class SettleInvoice {
  constructor(
    private readonly commands: Commands,
    private readonly view: ViewInvoices,
    private readonly invoices: Invoices,
    private readonly settlements: Settlements,
    private readonly reviews: InvoiceReviews,
    private readonly outbox: Outbox,
  ) {}

  /** Throws NotVisible, and what `settle` throws. */
  async execute({ invoiceId, caller, idempotencyKey, ...said }: SettleInvoiceInput): Promise<void> {
    const { id } = await this.view.get(caller, invoiceId);
    await this.commands.run(
      { operation: 'SettleInvoice', action: 'invoice.settled', subject: `invoice:${id}` },
      { invoiceId: id, ...said, caller, idempotencyKey },
      async (tx, today) => {
        const found = await this.invoices.findForFinalising(tx, id);
        const ofPeriod = await this.invoices.ofPeriod(tx, found.membershipId, found.period);
        const isCorrected = ofPeriod.some(({ corrects }) => corrects?.invoiceId === id);
        const settled = settle(found, said, { isCorrected, today });
        await this.settlements.add(tx, id, settled.settlement ?? said, today);
        // A complement is mended with the invoice that it completes.
        const mended = found.kind === 'COMPLEMENT' ? found.corrects?.invoiceId : undefined;
        await this.reviews.doubt(tx, mended ?? id);
        await this.outbox.add(tx, settledEvent(settled));
        return id;
      },
    );
  }
}
