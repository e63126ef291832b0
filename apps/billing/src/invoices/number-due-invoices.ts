import { Inject, Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { LOGGER, type Logger } from '#libs/observability';
import { UnitOfWork } from '#libs/persistence';
import { DraftWithdrawn, InvoiceAlreadyFinalised } from './domain/invoice.js';
import { DraftOutdated } from './draft-standing.js';
import { FinaliseInvoice } from './finalise-invoice.js';
import { NumberingFailures } from './numbering-failures.pg.js';
import { isNobodysFault, problemOf } from './numbering-problems.js';
import { DrawAhead } from './printing/draw-ahead.js';
import { PaperPrinter } from './printing/paper-printer.js';

/** Papers that are drawn while those before them are numbered. */
const drawnTogether = 16;

/**
 * Gives their numbers to the drafts that nobody may contest any more (BIL-9), outside the transaction that
 * began the day, one transaction each, in a fixed order. One that fails is parked, and the others go on.
 */
@Injectable()
export class NumberDueInvoices {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly finaliseInvoice: FinaliseInvoice,
    private readonly failures: NumberingFailures,
    private readonly businessDate: BusinessDate,
    private readonly drawAhead: DrawAhead,
    private readonly printer: PaperPrinter,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** How many were numbered. Throws what is no draft's fault (no day yet, a database that went away). */
  async execute(isStopping: () => boolean = () => false): Promise<number> {
    const due = await this.failures.due();
    // A few are drawn as fast by themselves.
    const isMany = due.length > drawnTogether;
    let numbered = 0;
    try {
      if (isMany) await this.drawNext([], due.slice(0, drawnTogether));
      for (let at = 0; at < due.length; at += drawnTogether) {
        const these = due.slice(at, at + drawnTogether);
        const next = due.slice(at + drawnTogether, at + 2 * drawnTogether);
        if (next.length > 0) await this.drawNext(these, next);
        for (const invoiceId of these) {
          if (isStopping()) return numbered;
          if (await this.number(invoiceId)) numbered += 1;
          this.printer.forget(invoiceId);
        }
      }
      return numbered;
    } finally {
      if (isMany) await this.printer.rest();
    }
  }

  private async drawNext(before: readonly string[], next: readonly string[]): Promise<void> {
    await this.drawAhead.execute(before, next, await this.businessDate.today());
  }

  private async number(invoiceId: string): Promise<boolean> {
    try {
      await this.unitOfWork.run(async (tx) => {
        const today = await this.businessDate.today(tx);
        await this.finaliseInvoice.execute(tx, invoiceId, today);
      });
      return true;
    } catch (error) {
      // Another process was faster.
      if (error instanceof InvoiceAlreadyFinalised || error instanceof DraftWithdrawn) return false;
      // It is made anew first.
      if (error instanceof DraftOutdated) return false;
      if (isNobodysFault(error)) throw error;
      this.logger.error({ err: error, invoiceId }, 'draft not numbered, set aside');
      await this.failures.park(invoiceId, problemOf(error));
      return false;
    }
  }
}
