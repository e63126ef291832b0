import { Injectable } from '@nestjs/common';
import { PendingWork } from '#libs/messaging';
import { InvoiceReviews } from '../corrections/invoice-reviews.pg.js';
import { DraftReviews } from '../drafts/draft-reviews.pg.js';
import { NumberingFailures } from './numbering-failures.pg.js';
import { WaitingForSomebody } from '../drafts/waiting-for-somebody.pg.js';

/** The day is not quiet while drafts are due, or drafts and invoices are to be looked at again (MKT-4); one that is set aside does not hold it up. */
@Injectable()
export class PendingNumbering extends PendingWork {
  constructor(
    private readonly failures: NumberingFailures,
    private readonly reviews: DraftReviews,
    private readonly issued: InvoiceReviews,
    private readonly waiting: WaitingForSomebody,
  ) {
    super();
  }

  async count(): Promise<number> {
    await this.waiting.tell();
    const [due, drafts, issued] = [this.failures, this.reviews, this.issued];
    return (await due.dueCount()) + (await drafts.dueCount()) + (await issued.dueCount());
  }
}
