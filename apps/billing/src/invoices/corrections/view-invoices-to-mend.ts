import { Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor } from '#libs/http';
import { BusinessDate } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { type ListedProposal, Proposals } from '#libs/proposals';
import type { Mending } from '../domain/correction.js';
import type { FinalisedInvoice, Invoice } from '../domain/invoice.js';
import { Invoices } from '../invoices.pg.js';
import { InvoiceReviews } from './invoice-reviews.pg.js';
import { MendingOfInvoices } from './mending-of-invoices.js';
import { correctionKind } from './proposed-correction.js';

export type InvoiceToMend = {
  readonly invoice: Invoice;
  readonly mending: Mending | undefined;
  /** What was issued of its period. */
  readonly issued: readonly FinalisedInvoice[];
  /** Why it cannot be calculated now, in French; empty where it can. */
  readonly problem: string;
  /** What waits for a second person. */
  readonly proposal: ListedProposal | undefined;
};

/** Issued invoices that the facts no longer bear out, or that were rejected, each with its figures (BIL-8). */
@Injectable()
export class ViewInvoicesToMend {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly reviews: InvoiceReviews,
    private readonly invoices: Invoices,
    private readonly mending: MendingOfInvoices,
    private readonly proposals: Proposals,
  ) {}

  async execute(marketCode: string, limit: number, cursor: string) {
    const [afterId = ''] = decodeCursor(cursor, 'uuid') ?? [];
    const { ids, total } = await this.reviews.toMend(marketCode, afterId, limit + 1);
    const openOn = await this.businessDate.today();
    const found: InvoiceToMend[] = [];
    for (const id of ids.slice(0, limit)) found.push(await this.look(marketCode, id, openOn));
    const last = ids.length > limit ? ids[limit - 1] : undefined;
    return { found, total, nextCursor: last === undefined ? '' : encodeCursor([last]) };
  }

  private async look(
    marketCode: string,
    id: string,
    openOn: Awaited<ReturnType<BusinessDate['today']>>,
  ): Promise<InvoiceToMend> {
    const invoice = await this.invoices.get(id);
    const of = { marketCode, kind: correctionKind, subject: id, openOn };
    const [proposal] = (await this.proposals.list(of, 1, '')).rows;
    try {
      const usage = await this.mending.usageSeen(invoice);
      const mended = await this.unitOfWork.run((tx) => this.mending.glance(tx, invoice, usage));
      const { mending, issued = [] } = mended ?? {};
      return { invoice, mending, issued, problem: '', proposal };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { invoice, mending: undefined, issued: [], problem: error.message, proposal };
    }
  }
}
