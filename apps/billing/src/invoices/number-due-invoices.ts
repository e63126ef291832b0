import { Inject, Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { LOGGER, type Logger } from '#libs/observability';
import { UnitOfWork } from '#libs/persistence';
import { DraftWithdrawn, InvoiceAlreadyFinalised } from './domain/invoice.js';
import { DraftOutdated } from './draft-standing.js';
import { FinaliseInvoice } from './finalise-invoice.js';
import { NumberingFailures } from './numbering-failures.pg.js';
import { isNobodysFault, problemOf } from './numbering-problems.js';

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
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** How many were numbered. Throws what is no draft's fault (no day yet, a database that went away). */
  async execute(isStopping: () => boolean = () => false): Promise<number> {
    let numbered = 0;
    for (const invoiceId of await this.failures.due()) {
      if (isStopping()) break;
      if (await this.number(invoiceId)) numbered += 1;
    }
    return numbered;
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
