import { Injectable } from '@nestjs/common';
import type { LocalDate } from '#libs/time';
import { DomainError } from '#libs/problems';
import { finalise, type Invoice } from '../domain/invoice.js';
import { type InvoiceSeries, seriesOf } from '../domain/invoice-number.js';
import { InvoiceCounters } from '../invoice-counters.pg.js';
import { Invoices } from '../invoices.pg.js';
import { IssuePaper } from '../issue-paper.js';
import { PaperPrinter } from './paper-printer.js';

/** Has papers drawn under the numbers that their drafts will get, as far as can be told before. */
@Injectable()
export class DrawAhead {
  constructor(
    private readonly invoices: Invoices,
    private readonly counters: InvoiceCounters,
    private readonly paper: IssuePaper,
    private readonly printer: PaperPrinter,
  ) {}

  /** `ids` in the order in which they are about to be numbered; `before` of them are numbered first, and drawn already. */
  async execute(
    before: readonly string[],
    ids: readonly string[],
    today: LocalDate,
  ): Promise<void> {
    if (!this.printer.drawsAhead) return;
    const last = new Map<string, number>();
    for (const [at, invoice] of (await this.invoices.some([...before, ...ids])).entries()) {
      const series = seriesOf(invoice.seller.siret, invoice.numberPrefix, today);
      const key = Object.values(series).join(' ');
      const sequence = (last.get(key) ?? (await this.counters.last(series))) + 1;
      const isDrawn = this.begin(invoice, series, sequence, today, at < before.length);
      // What is refused takes no number.
      last.set(key, isDrawn ? sequence : sequence - 1);
    }
  }

  private begin(
    invoice: Invoice,
    series: InvoiceSeries,
    sequence: number,
    today: LocalDate,
    isCounted: boolean,
  ): boolean {
    try {
      const issued = finalise(invoice, series, sequence, today).invoice;
      const xml = this.paper.xmlOf(issued);
      if (!isCounted) this.printer.ahead(issued, xml);
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }
}
