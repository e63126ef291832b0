import { Inject, Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { loggerToken, type Logger } from '#libs/observability';
import { audit, type Transaction, UnitOfWork } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import {
  DraftWithdrawn,
  type FinalisedInvoice,
  InvoiceAlreadyFinalised,
} from '../domain/invoice.js';
import { DraftOutdated } from '../drafts/draft-standing.js';
import { FinaliseInvoices } from './finalise-invoices.js';
import { NumberingFailures } from './numbering-failures.pg.js';
import { isNobodysFault, problemOf } from './numbering-problems.js';
import { DrawAhead } from './draw-ahead.js';
import { PaperPrinter } from '../printing/paper-printer.js';
import { AskUsageOfDrafts, type UsageOfDrafts } from '../drafts/ask-usage-of-drafts.js';

/** Numbered in one transaction, while as many papers are drawn ahead. */
const numberedTogether = 16;

/**
 * Gives their numbers to the drafts that nobody may contest any more (BIL-9), outside the transaction that
 * began the day, a block in one transaction, in a fixed order. One that fails is parked, and the others go on.
 */
@Injectable()
export class NumberDueInvoices {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly finaliseInvoices: FinaliseInvoices,
    private readonly failures: NumberingFailures,
    private readonly askUsage: AskUsageOfDrafts,
    private readonly businessDate: BusinessDate,
    private readonly drawAhead: DrawAhead,
    private readonly printer: PaperPrinter,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** How many were numbered. Throws what is no draft's fault (no day yet, a database that went away). */
  async execute(isStopping: () => boolean = () => false): Promise<number> {
    const found = await this.failures.due();
    const { usage, unanswered } = await this.askUsage.execute(found);
    // Those wait for metering, as their drafts did; the others do not.
    const due = found.flatMap(({ id }) => (unanswered.has(id) ? [] : [id]));
    const blocks = blocksOf(due);
    // A few are drawn as fast here as a thread begins.
    const isMany = blocks.length > 1 && this.printer.hasThreads;
    let numbered = 0;
    try {
      for (const [at, these] of blocks.entries()) {
        if (isStopping()) return numbered;
        if (at === 0 || !isMany) await this.draw([], these, isMany);
        const next = blocks[at + 1];
        if (isMany && next) await this.draw(these, next, isMany);
        // Before anything is locked: who waits for a number, or tells a fact, need not wait for papers.
        await this.printer.haveDrawn(these);
        numbered += await this.number(these, usage);
        for (const invoiceId of these) this.printer.forget(invoiceId);
      }
      return numbered;
    } finally {
      await this.printer.rest();
    }
  }

  private async draw(
    before: readonly string[],
    these: readonly string[],
    inThreads: boolean,
  ): Promise<void> {
    const today = await this.businessDate.today();
    await this.drawAhead.execute(before, these, today, inThreads);
  }

  /** How many. Where a block fails as a whole it is numbered in halves, down to the one that is to blame. */
  private async number(invoiceIds: readonly string[], usage: UsageOfDrafts): Promise<number> {
    if (invoiceIds.length === 0) return 0;
    try {
      const { numbered, refused, left } = await this.unitOfWork.run(async (tx) => {
        const today = await this.businessDate.today(tx);
        const block = await this.finaliseInvoices.execute(tx, invoiceIds, today, usage);
        await journal(tx, block.numbered, today);
        return block;
      });
      for (const [invoiceId, refusal] of refused) await this.setAside(invoiceId, refusal);
      // The first of those left is waited for, and nobody is numbered before it.
      const first = await this.number(left.slice(0, 1), usage);
      return numbered.length + first + (await this.number(left.slice(1), usage));
    } catch (error) {
      if (isNobodysFault(error)) throw error;
      if (invoiceIds.length === 1) {
        await this.setAside(invoiceIds[0]!, error);
        return 0;
      }
      const middle = Math.ceil(invoiceIds.length / 2);
      const before = await this.number(invoiceIds.slice(0, middle), usage);
      return before + (await this.number(invoiceIds.slice(middle), usage));
    }
  }

  private async setAside(invoiceId: string, error: unknown): Promise<void> {
    // Another process was faster.
    if (error instanceof InvoiceAlreadyFinalised || error instanceof DraftWithdrawn) return;
    // It is made anew first.
    if (error instanceof DraftOutdated) return;
    if (isNobodysFault(error)) throw error;
    this.logger.error({ err: error, invoiceId }, 'draft not numbered, set aside');
    await this.failures.park(invoiceId, problemOf(error));
  }
}

/** One entry for a block, of each market in it: who looks for one number finds it among the others. */
async function journal(
  tx: Transaction,
  numbered: readonly FinalisedInvoice[],
  businessDate: LocalDate,
): Promise<void> {
  for (const [marketCode, these] of Map.groupBy(numbered, (one) => one.marketCode)) {
    const numbers = these.map(({ number }) => number);
    await audit(tx, {
      ...{ actor: 'calendar', action: 'invoice.numbered', subject: `market:${marketCode}` },
      ...{ businessDate, details: { numbers } },
    });
  }
}

function blocksOf(due: readonly string[]): string[][] {
  const count = Math.ceil(due.length / numberedTogether);
  return Array.from({ length: count }, (_, at) =>
    due.slice(at * numberedTogether, (at + 1) * numberedTogether),
  );
}
