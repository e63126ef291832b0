import { Injectable } from '@nestjs/common';
import { DomainError } from '#libs/problems';
import { type Period } from '#libs/time';
import { type BillingBasis } from './domain/invoice-calculation.js';
import { MeteringNotComplete, UsageNotRead, UsageSetAside } from './usage-problems.js';
import { allCounted, type MeteredUsage, UsageGateway } from './usage.gateway.js';

/** How long a run waits for metering, once for all its memberships. */
export class UsageWait {
  constructor(readonly timeoutMs: number) {}
}

const nothing: MeteredUsage = {
  ...{ complete: false, uncounted: allCounted, cutOff: '', usage: [], schools: [] },
};

/** Asks metering for a period: a condition with METERED (BIL-5), mere evidence with ORDERED. */
@Injectable()
export class CollectUsage {
  constructor(private readonly gateway: UsageGateway) {}

  /** With METERED throws MeteringNotComplete where it comes by itself, UsageNotRead or UsageSetAside where no waiting helps. */
  async execute(
    basis: BillingBasis,
    membershipId: string,
    itemCodes: readonly string[],
    period: Period,
  ): Promise<MeteredUsage> {
    if (basis === 'ORDERED') return this.evidence(membershipId, itemCodes, period);
    const usage = await this.gateway.usageOf(membershipId, itemCodes, period);
    if (usage.complete) return usage;
    const { uncounted } = usage;
    // First: what was set aside can be replayed, and more may lie where nobody reads.
    if (uncounted.stopped + uncounted.stoppedAtSource > 0) {
      throw new UsageNotRead(membershipId, uncounted);
    }
    if (uncounted.setAside + uncounted.setAsideAtSource > 0) {
      throw new UsageSetAside(membershipId, uncounted);
    }
    throw new MeteringNotComplete(membershipId, period, uncounted.unread);
  }

  /** Counts by school help the treasurer (BIL-6) but decide nothing: without them the invoice still holds. */
  private async evidence(
    membershipId: string,
    itemCodes: readonly string[],
    period: Period,
  ): Promise<MeteredUsage> {
    try {
      const usage = await this.gateway.usageOf(membershipId, itemCodes, period);
      return usage.complete ? { ...usage, usage: [] } : nothing;
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'unavailable') return nothing;
      throw error;
    }
  }
}
