import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { DomainError } from '#libs/problems';
import { ReviewIssued } from '../corrections/review-issued.js';
import { NumberDueInvoices } from './number-due-invoices.js';
import { ReviewDrafts } from './review-drafts.js';

const lookEveryMs = 250;
const restAfterFaultMs = 1_000;

/** Looks at drafts again that a fact may have changed, and numbers what PostgreSQL says is due, compares what was issued with later facts, again and again, without a memory of its own: a crash loses nothing. */
@Injectable()
export class NumberingWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopping = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly reviewDrafts: ReviewDrafts,
    private readonly numberDueInvoices: NumberDueInvoices,
    private readonly reviewIssued: ReviewIssued,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.loop();
  }

  /** The draft in hand is finished first. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.reviewDrafts.execute(() => this.stopping);
        await this.numberDueInvoices.execute(() => this.stopping);
        await this.reviewIssued.execute(() => this.stopping);
        await sleep(lookEveryMs, undefined, { ref: false });
      } catch (error) {
        // Before the first business day nothing can be dated: that is no fault.
        if (!(error instanceof DomainError)) {
          this.logger.error({ err: error }, 'numbering interrupted, it begins again');
        }
        await sleep(restAfterFaultMs, undefined, { ref: false });
      }
    }
  }
}
