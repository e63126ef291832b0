import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import { type Transaction } from '#libs/persistence';
import { type LocalDate } from '#libs/time';
import { FinaliseInvoice } from './finalise-invoice.js';

/**
 * When a day begins, the drafts that nobody may contest any more become invoices (BIL-9), in the
 * transaction that moves the service to that day: begun twice, a day finds nothing left to do.
 */
@Injectable()
export class FinaliseDueInvoices extends DayHandler {
  constructor(private readonly finaliseInvoice: FinaliseInvoice) {
    super();
  }

  async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    await this.finaliseInvoice.executeDue(tx, day);
  }
}
