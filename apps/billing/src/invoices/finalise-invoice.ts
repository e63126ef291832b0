import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import { type Transaction } from '#libs/persistence';
import { type LocalDate } from '#libs/time';
import { finalise, type FinalisedInvoice, notYetNumbered } from './domain/invoice.js';
import { seriesOf } from './domain/invoice-number.js';
import { DraftOutdated, stillStands } from './draft-standing.js';
import { InvoiceReviews } from './corrections/invoice-reviews.pg.js';
import { DraftReviews } from './draft-reviews.pg.js';
import { finalisedEvent } from './invoices.events.js';
import { InvoiceCounters } from './invoice-counters.pg.js';
import { Invoices } from './invoices.pg.js';
import { IssuePaper } from './issue-paper.js';
import { IssuedDocuments } from './issued-documents.pg.js';
import { PricingBasis } from './pricing-basis.js';

/** Number + state + paper + event in one transaction. */
@Injectable()
export class FinaliseInvoice {
  constructor(
    private readonly invoices: Invoices,
    private readonly basis: PricingBasis,
    private readonly counters: InvoiceCounters,
    private readonly paper: IssuePaper,
    private readonly documents: IssuedDocuments,
    private readonly reviews: InvoiceReviews,
    private readonly draftReviews: DraftReviews,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Numbers are gap-free (CGI ann. II art. 242 nonies A), so the number is drawn in the transaction
   * that gives the invoice its state. The draft is locked first: an invoice that was finalised
   * meanwhile is refused before a number is drawn. So is one that a fact has changed since: DraftOutdated,
   * and one that would be refused where it is sent: EInvoiceRefused.
   */
  async execute(tx: Transaction, invoiceId: string, today: LocalDate): Promise<FinalisedInvoice> {
    // The membership first: a review of the draft locks in this order too.
    const known = await this.basis.now(tx, await this.invoices.membershipOf(tx, invoiceId));
    const draft = await this.invoices.findForFinalising(tx, invoiceId);
    const series = seriesOf(draft.seller.siret, draft.numberPrefix, today);
    const drawn = draft.status === 'DRAFT' && notYetNumbered(draft, today) === undefined;
    const ofPeriod = await this.invoices.besides(tx, draft);
    if (drawn && known !== undefined) {
      const isOutdated = await this.draftReviews.isUsageOutdated(tx, invoiceId);
      if (isOutdated || !stillStands(draft, known, ofPeriod)) throw new DraftOutdated(invoiceId);
    }
    const sequence = drawn ? await this.counters.next(tx, series, today) : 0;
    const { invoice } = finalise(draft, series, sequence, today);
    // Drawn here and never again: a later release would draw another paper. What would be refused takes its number back.
    const paper = await this.paper.execute(invoice, known);
    await this.invoices.saveFinalised(tx, invoice);
    const version = known?.member.membershipVersion ?? invoice.evidence.membershipVersion;
    if (invoice.kind === 'INVOICE') await this.reviews.begin(tx, invoice, version);
    await this.documents.store(tx, invoice.id, paper);
    await this.outbox.add(tx, finalisedEvent(invoice));
    return invoice;
  }
}
