import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import {
  type DraftInvoice,
  finalise,
  type FinalisedInvoice,
  type Invoice,
  requireDue,
} from '../domain/invoice.js';
import { type InvoiceSeries, keyOf, seriesOf } from '../domain/invoice-number.js';
import { requireStanding, UsageOvertaken } from '../drafts/draft-standing.js';
import { InvoiceReviews } from '../corrections/invoice-reviews.pg.js';
import { DraftReviews } from '../drafts/draft-reviews.pg.js';
import { finalisedEvent } from '../invoices.events.js';
import { InvoiceCounters } from './invoice-counters.pg.js';
import { Invoices } from '../invoices.pg.js';
import { type IssuedPaper, IssuePaper } from './issue-paper.js';
import { IssuedDocuments } from '../document/issued-documents.pg.js';
import { type Basis, PricingBasis } from '../drafts/pricing-basis.js';
import type { UsageOfDrafts } from '../drafts/ask-usage-of-drafts.js';

export type FinalisedBlock = {
  readonly numbered: readonly FinalisedInvoice[];
  /** By invoice: none of them has drawn a number. */
  readonly refused: ReadonlyMap<string, DomainError>;
  /** From the first on that cannot be numbered together with those before it: they come next, in their order. */
  readonly left: readonly string[];
};

type Due = { readonly draft: DraftInvoice; readonly known: Basis; readonly series: InvoiceSeries };
type Numbered = { readonly invoice: FinalisedInvoice; readonly known: Basis; readonly xml: Buffer };

/** Numbers + states + papers + events of a block of drafts in one transaction. */
@Injectable()
export class FinaliseInvoices {
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
   * In the order given. Numbers are gap-free (CGI ann. II art. 242 nonies A), so they are drawn in the transaction that
   * gives the invoices their state, and drafts are locked first: one that was finalised meanwhile is refused before a number
   * is drawn. So is one that a fact has changed since, DraftOutdated, one that nothing explains, DraftDiffers, and one that
   * would be refused where it is sent, EInvoiceRefused: the next one has its number. Only the first is waited for. `usage`:
   * what metering says of those that rest on it.
   */
  async execute(
    tx: Transaction,
    invoiceIds: readonly string[],
    today: LocalDate,
    usage: UsageOfDrafts = new Map(),
  ): Promise<FinalisedBlock> {
    // The memberships first: a review of a draft locks in this order too.
    const membershipOf = await this.invoices.membershipsOf(tx, invoiceIds);
    const bases = await this.basis.ofSeveral(tx, [...new Set(membershipOf.values())]);
    const basisOf = (id: string) => bases.get(membershipOf.get(id) ?? '');
    const first = invoiceIds.findIndex((id) => basisOf(id) === undefined);
    const reached = first < 0 ? invoiceIds : invoiceIds.slice(0, first);
    const block = apart(await this.invoices.severalForFinalising(tx, reached));
    const refused = new Map<string, DomainError>();
    const unlessRefused = <T>(id: string, work: () => T): T[] => {
      try {
        return [work()];
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        refused.set(id, error);
        return [];
      }
    };

    const ofPeriod = block[0] ? await this.invoices.besides(tx, block[0]) : [];
    const looks = await this.draftReviews.looks(tx, reached);
    const due = block.flatMap((invoice) =>
      unlessRefused(invoice.id, (): Due => {
        const [draft, known] = [requireDue(invoice, today), basisOf(invoice.id)!];
        const [look, metered] = [looks.get(draft.id), usage.get(draft.id)];
        requireStanding(draft, known, { ofPeriod, look, metered });
        return { draft, known, series: seriesOf(draft.seller.siret, draft.numberPrefix, today) };
      }),
    );
    const overtaken = [...refused].filter(([, error]) => error instanceof UsageOvertaken);
    await this.draftReviews.lookAgain(
      tx,
      overtaken.map(([id]) => id),
    );
    const counters = await this.counters.hold(
      tx,
      due.map(({ series }) => series),
      today,
    );
    const numbered = due.flatMap(({ draft, known, series }) =>
      unlessRefused(draft.id, (): Numbered => {
        const counter = counters.get(keyOf(series))!;
        const { invoice } = finalise(draft, series, counter.next, today);
        // What would be refused leaves its number to the next.
        const xml = this.paper.xmlOf(invoice, known);
        counter.draw();
        return { invoice, known, xml };
      }),
    );
    await this.save(tx, numbered);
    await this.counters.keep(tx, counters.values());
    return {
      numbered: numbered.map(({ invoice }) => invoice),
      refused,
      left: invoiceIds.slice(block.length),
    };
  }

  /** One alone, which is waited for. Throws what it is refused for. */
  async one(
    tx: Transaction,
    invoiceId: string,
    today: LocalDate,
    usage?: UsageOfDrafts,
  ): Promise<FinalisedInvoice> {
    const { numbered, refused } = await this.execute(tx, [invoiceId], today, usage);
    const [invoice] = numbered;
    if (invoice === undefined)
      throw refused.get(invoiceId) ?? new RangeError('Nothing became of it');
    return invoice;
  }

  private async save(tx: Transaction, numbered: readonly Numbered[]): Promise<void> {
    if (numbered.length === 0) return;
    // Drawn here and never again: a later release would draw another paper.
    const papers: [string, IssuedPaper][] = [];
    for (const { invoice, xml } of numbered) {
      papers.push([invoice.id, await this.paper.drawn(invoice, xml)]);
    }
    const invoices = numbered.map(({ invoice }) => invoice);
    await this.invoices.saveFinalised(tx, invoices);
    await this.reviews.begin(
      tx,
      numbered
        .filter(({ invoice }) => invoice.kind === 'INVOICE')
        .map(({ invoice, known }) => ({ invoice, version: known.member.membershipVersion })),
    );
    await this.documents.store(tx, papers);
    await this.outbox.add(tx, ...invoices.map(finalisedEvent));
  }
}

/** A complement is judged beside all that is issued of its period, so it is numbered alone; what comes before it, without it. */
function apart(found: readonly Invoice[]): readonly Invoice[] {
  const at = found.findIndex(({ kind }) => kind === 'COMPLEMENT');
  return at < 0 ? found : found.slice(0, Math.max(1, at));
}
