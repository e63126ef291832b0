import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { Rounds } from '#libs/rounds';
import { ReviewIssued } from '../corrections/review-issued.js';
import { NumberDueInvoices } from './number-due-invoices.js';
import { ReviewDrafts } from './review-drafts.js';

/**
 * Looks again at drafts that a fact may have changed, numbers what is due, and compares what was issued with later
 * facts.
 */
@Injectable()
export class NumberingWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds: Rounds;

  constructor(
    private readonly reviewDrafts: ReviewDrafts,
    private readonly numberDueInvoices: NumberDueInvoices,
    private readonly reviewIssued: ReviewIssued,
    @Inject(loggerToken) logger: Logger,
  ) {
    this.rounds = new Rounds({
      logger,
      onFault: 'numbering interrupted, it begins again',
      everyMs: 500,
      afterFaultMs: 1_000,
    });
  }

  onApplicationBootstrap(): void {
    const isEnding = () => this.rounds.signal.aborted;
    this.rounds.begin(async () => {
      await this.reviewDrafts.execute(isEnding);
      await this.numberDueInvoices.execute(isEnding);
      await this.reviewIssued.execute(isEnding);
      return false;
    });
  }

  /** The draft in hand is finished first. */
  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.end();
  }
}
