import { Injectable } from '@nestjs/common';
import type { LocalDate } from '#libs/time';
import { DomainError } from '#libs/problems';
import { finalise, type FinalisedInvoice, type Invoice } from '../domain/invoice.js';
import { type InvoiceSeries, keyOf, seriesOf } from '../domain/invoice-number.js';
import { InvoiceCounters } from './invoice-counters.pg.js';
import { Invoices } from '../invoices.pg.js';
import { IssuePaper } from './issue-paper.js';
import { PaperPrinter } from '../printing/paper-printer.js';

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
    inThreads: boolean,
  ): Promise<void> {
    const last = new Map<string, number>();
    for (const [at, invoice] of (await this.invoices.some([...before, ...ids])).entries()) {
      const series = seriesOf(invoice.seller.siret, invoice.numberPrefix, today);
      const key = keyOf(series);
      const sequence = (last.get(key) ?? (await this.counters.last(series))) + 1;
      const probable = this.probable(invoice, series, sequence, today);
      // What is refused takes no number.
      last.set(key, probable ? sequence : sequence - 1);
      if (probable && at >= before.length) this.printer.ahead(...probable, inThreads);
    }
  }

  private probable(
    invoice: Invoice,
    series: InvoiceSeries,
    sequence: number,
    today: LocalDate,
  ): [FinalisedInvoice, Buffer] | undefined {
    try {
      const issued = finalise(invoice, series, sequence, today).invoice;
      return [issued, this.paper.xmlOf(issued)];
    } catch (error) {
      // It will be found again, and said, when its number is asked for.
      if (error instanceof DomainError || error instanceof RangeError) return undefined;
      throw error;
    }
  }
}
