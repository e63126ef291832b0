import { Inject, Injectable } from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { DomainError } from '#libs/problems';
import { CollectUsage, type UsageOf } from '../drafts/collect-usage.js';
import { DraftReviews, type DueReview } from '../drafts/draft-reviews.pg.js';
import { NumberingFailures } from './numbering-failures.pg.js';
import { isNobodysFault, problemOf } from './numbering-problems.js';
import { ReviewDraft } from '../drafts/review-draft.js';

const reviewedAtOnce = 500;

/** Looks again at each draft whose membership had a fact since; one that cannot be made anew is set aside alone (BIL-9). */
@Injectable()
export class ReviewDrafts {
  constructor(
    private readonly reviews: DraftReviews,
    private readonly usage: CollectUsage,
    private readonly reviewDraft: ReviewDraft,
    private readonly failures: NumberingFailures,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** Throws what is no draft's fault (a database that went away). */
  async execute(isStopping: () => boolean = () => false): Promise<void> {
    const due = await this.reviews.due(reviewedAtOnce);
    const together = Map.groupBy(due, ({ marketCode, period: { start, end } }) =>
      [marketCode, start, end].join(' '),
    );
    for (const ofPeriod of together.values()) {
      // One alone asks for its own; of several, whoever needs it first asks for all.
      const usageOf = ofPeriod.length > 1 ? this.askedOnce(ofPeriod[0]!) : undefined;
      for (const { id } of ofPeriod) {
        if (isStopping()) return;
        await this.review(id, usageOf);
      }
    }
  }

  private askedOnce({ basis, marketCode, period }: DueReview): () => Promise<UsageOf> {
    let asked: Promise<UsageOf> | undefined;
    return () => (asked ??= this.usage.execute({ basis, marketCode, period }));
  }

  private async review(invoiceId: string, usageOf?: () => Promise<UsageOf>): Promise<void> {
    try {
      const outcome = await this.reviewDraft.execute(invoiceId, usageOf);
      if (outcome !== 'STANDS') this.logger.info({ invoiceId, outcome }, 'draft made anew');
    } catch (error) {
      // Metering does not answer, or has not closed the period: the others go on, this one at the next look.
      if (error instanceof DomainError && error.kind === 'unavailable') return;
      if (isNobodysFault(error)) throw error;
      this.logger.error({ err: error, invoiceId }, 'draft not made anew, set aside');
      await this.failures.park(invoiceId, problemOf(error));
    }
  }
}
