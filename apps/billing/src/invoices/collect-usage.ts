import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DomainError } from '#libs/problems';
import { type Period } from '#libs/time';
import { type BillingBasis } from './domain/invoice-calculation.js';
import { MeteringNotComplete, UsageSetAside } from './usage-problems.js';
import { allCounted, type MeteredUsage, UsageGateway } from './usage.gateway.js';

export class UsageWait {
  constructor(readonly timeoutMs: number) {}
}

const nothing: MeteredUsage = {
  ...{ complete: false, uncounted: allCounted, cutOff: '', usage: [], schools: [] },
};
const pollMs = 200;

/** Asks metering for a period: a condition with METERED (BIL-5), mere evidence with ORDERED. */
@Injectable()
export class CollectUsage {
  constructor(
    private readonly gateway: UsageGateway,
    private readonly wait: UsageWait,
  ) {}

  /**
   * With METERED waits until the period is complete, else throws MeteringNotComplete; UsageSetAside at once, where no
   * waiting helps.
   */
  async execute(
    basis: BillingBasis,
    membershipId: string,
    itemCodes: readonly string[],
    period: Period,
  ): Promise<MeteredUsage> {
    if (basis === 'ORDERED') return this.evidence(membershipId, itemCodes, period);
    const attemptsMax = Math.max(1, Math.ceil(this.wait.timeoutMs / pollMs));
    let unread = 0;
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const usage = await this.gateway.usageOf(membershipId, itemCodes, period);
      if (usage.complete) return usage;
      const { uncounted } = usage;
      if (uncounted.setAside + uncounted.setAsideAtSource > 0) {
        throw new UsageSetAside(membershipId, uncounted);
      }
      unread = uncounted.unread;
      await sleep(pollMs);
    }
    throw new MeteringNotComplete(membershipId, period, unread);
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
