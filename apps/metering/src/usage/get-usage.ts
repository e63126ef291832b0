import { Injectable } from '@nestjs/common';
import { type Caller } from '#libs/identity';
import { type LocalDate, type Period } from '#libs/time';
import { AccountFactsSource } from './account-facts-source.gateway.js';
import { type UsageOfPeriod, usageOver } from './domain/usage.js';
import { MeterPositions } from './meter-positions.js';
import { requireMembership } from './require-membership.js';
import { type SchoolUsage, UsageReader } from './usage.reader.js';

export type UsageAsked = {
  readonly membershipId: string;
  readonly itemCode: string;
  readonly period: Period;
};

export type UsageStated = UsageOfPeriod & {
  /** The whole period is past, and all facts that their source knows of it are counted (BIL-5). */
  readonly complete: boolean;
  readonly cutOff: string;
};

/** U(d) of a membership over a period (MTR-1); a member sees its own only (SUP-3). */
@Injectable()
export class GetUsage {
  constructor(
    private readonly usage: UsageReader,
    private readonly positions: MeterPositions,
    private readonly factsSource: AccountFactsSource,
  ) {}

  async execute(caller: Caller, asked: UsageAsked): Promise<UsageStated> {
    await requireMembership(this.usage, caller, asked.membershipId);
    const { membershipId, itemCode, period } = asked;
    // In this order: what the source has written is then in our lag, and figures read after the
    // position hold at least what it says.
    const allStated = await this.isAllStatedBefore(period.end);
    const { lag, cutOff } = await this.positions.current();
    const changes = await this.usage.changes(membershipId, itemCode, period.end);
    return { ...usageOver(period, changes), complete: allStated && lag === 0n, cutOff };
  }

  /** The source is asked only about periods that are past: of others the own date knows enough. */
  private async isAllStatedBefore(day: LocalDate): Promise<boolean> {
    const businessDate = await this.positions.businessDate();
    if (businessDate === undefined || businessDate < day) return false;
    return this.factsSource.hasStatedAllBefore(day);
  }
}

/** The same, school by school: counts, never a person (BIL-6, SUP-3). */
@Injectable()
export class GetUsageBySchool {
  constructor(private readonly usage: UsageReader) {}

  async execute(caller: Caller, asked: UsageAsked): Promise<readonly SchoolUsage[]> {
    await requireMembership(this.usage, caller, asked.membershipId);
    return this.usage.bySchool(asked.membershipId, asked.itemCode, asked.period);
  }
}
