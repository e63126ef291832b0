import { Injectable } from '@nestjs/common';
import { DomainError } from '#libs/problems';
import type { DraftInvoice } from '../domain/invoice.js';
import { restsOnUsage } from './draft-standing.js';
import { type MeteredUsage, UsageGateway } from './usage.gateway.js';

/** What metering says of the membership and period of each draft that rests on it; undefined: nothing. */
export type UsageOfDrafts = ReadonlyMap<string, MeteredUsage | undefined>;

export type AskedDraft = Pick<
  DraftInvoice,
  'id' | 'membershipId' | 'marketCode' | 'period' | 'basis' | 'kind'
>;

/** Asks metering what drafts rest on, outside any transaction, once for each market and period (BIL-4). */
@Injectable()
export class AskUsageOfDrafts {
  constructor(private readonly gateway: UsageGateway) {}

  /** `unanswered`: metering does not answer for these, and they wait for it. */
  async execute(
    drafts: readonly AskedDraft[],
  ): Promise<{ readonly usage: UsageOfDrafts; readonly unanswered: ReadonlySet<string> }> {
    const usage = new Map<string, MeteredUsage | undefined>();
    const unanswered = new Set<string>();
    const together = Map.groupBy(
      drafts.filter((draft) => restsOnUsage(draft)),
      ({ marketCode, period: { start, end } }) => [marketCode, start, end].join(' '),
    );
    for (const these of together.values()) {
      const [{ marketCode, period, membershipId }] = these as [AskedDraft];
      const alone = these.length === 1 ? membershipId : undefined;
      try {
        const found = await this.gateway.ofPeriod(marketCode, period, alone);
        for (const one of these) usage.set(one.id, found.get(one.membershipId));
      } catch (error) {
        if (!(error instanceof DomainError && error.kind === 'unavailable')) throw error;
        for (const { id } of these) unanswered.add(id);
      }
    }
    return { usage, unanswered };
  }
}
