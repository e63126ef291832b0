import { Injectable } from '@nestjs/common';
import { PendingWork } from '#libs/messaging';
import { Gauge, registry } from '#libs/observability';
import { InvoiceReviews } from './corrections/invoice-reviews.pg.js';
import { DraftReviews } from './draft-reviews.pg.js';
import { NumberingFailures } from './numbering-failures.pg.js';

const notNumbered = new Gauge({
  name: 'invoices_not_numbered',
  help: 'Drafts that could not be numbered and wait for somebody (BIL-9), by code; 0 on a healthy day',
  labelNames: ['code'],
  registers: [registry],
});

/** The day is not quiet while drafts are due, or drafts and invoices are to be looked at again (MKT-4); one that is set aside does not hold it up. */
@Injectable()
export class PendingNumbering extends PendingWork {
  constructor(
    private readonly failures: NumberingFailures,
    private readonly reviews: DraftReviews,
    private readonly issued: InvoiceReviews,
  ) {
    super();
  }

  async count(): Promise<number> {
    const failed = await this.failures.countByCode();
    notNumbered.reset();
    for (const { code, count } of failed) notNumbered.set({ code }, count);
    const [due, drafts, issued] = [this.failures, this.reviews, this.issued];
    return (await due.dueCount()) + (await drafts.dueCount()) + (await issued.dueCount());
  }
}
