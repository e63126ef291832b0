import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { invoicePdf } from '../document/invoice-pdf.js';
import type { FinalisedInvoice } from '../domain/invoice.js';
import { PrintingThreadCount, PrintingThreads } from './printing-threads.js';

type Ahead = {
  readonly invoice: FinalisedInvoice;
  readonly xml: Buffer;
  readonly pdf: Promise<Buffer | undefined>;
  isThere: boolean;
};

/**
 * Draws papers, those that are about to be issued ahead of it. What was drawn for another number, day or draft than the
 * one that is issued is thrown away: what comes out is the same, only later.
 */
@Injectable()
export class PaperPrinter implements OnApplicationShutdown {
  private readonly drawn = new Map<string, Ahead>();
  private readonly threads: PrintingThreads;

  constructor(
    private readonly threadCount: PrintingThreadCount,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {
    this.threads = new PrintingThreads(threadCount.count);
  }

  get hasThreads(): boolean {
    return this.threadCount.count > 0;
  }

  /** Begins to draw what will probably be issued. */
  ahead(invoice: FinalisedInvoice, xml: Buffer, inThread = true): void {
    const drawing = inThread ? this.inThread(invoice, xml) : invoicePdf(invoice, xml);
    const pdf = drawing
      .catch((error: unknown) => {
        this.logger.warn({ err: error, invoiceId: invoice.id }, 'paper not drawn ahead');
        return undefined;
      })
      .finally(() => (ahead.isThere = true));
    const ahead: Ahead = { invoice, xml, pdf, isThere: false };
    this.drawn.set(invoice.id, ahead);
  }

  /** Once of these all that were asked for are there; meanwhile it draws what no thread has begun. */
  async haveDrawn(invoiceIds: readonly string[]): Promise<void> {
    const isWaiting = () => invoiceIds.some((id) => this.drawn.get(id)?.isThere === false);
    while (isWaiting() && (await this.threads.drawOneHere()));
    for (const id of invoiceIds) await this.drawn.get(id)?.pdf;
  }

  async pdf(invoice: FinalisedInvoice, xml: Buffer): Promise<Buffer> {
    const ahead = this.drawn.get(invoice.id);
    const isIt = ahead && isDeepStrictEqual(ahead.invoice, invoice) && ahead.xml.equals(xml);
    const drawn = isIt ? await ahead.pdf : undefined;
    return drawn ?? invoicePdf(invoice, xml);
  }

  /** One that is issued, or not to be: nobody asks for it again. */
  forget(invoiceId: string): void {
    this.drawn.delete(invoiceId);
  }

  /** Until many are issued again. */
  async rest(): Promise<void> {
    this.drawn.clear();
    await this.threads.stop();
  }

  protected inThread(invoice: FinalisedInvoice, xml: Buffer): Promise<Buffer> {
    return this.threads.draw(invoice, xml);
  }

  onApplicationShutdown(): Promise<void> {
    return this.rest();
  }
}
