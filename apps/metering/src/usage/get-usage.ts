import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket, requireOrganisation } from '#libs/identity';
import { type Period } from '#libs/time';
import { type UsageOfPeriod, usageOver } from './domain/usage.js';
import { MeterPositions } from './meter-position.js';
import { type SchoolUsage, UsageReader } from './usage.reader.js';

export type UsageAsked = {
  readonly membershipId: string;
  readonly itemCode: string;
  readonly period: Period;
};

export type UsageStated = UsageOfPeriod & {
  /** The whole period is past and all facts known of it are counted (BIL-5). */
  readonly complete: boolean;
  readonly cutOff: string;
};

/** U(d) of a membership over a period (MTR-1); a member sees its own only (SUP-3). */
@Injectable()
export class GetUsage {
  constructor(
    private readonly usage: UsageReader,
    private readonly positions: MeterPositions,
  ) {}

  async execute(caller: Caller, asked: UsageAsked): Promise<UsageStated> {
    await requireOwnMembership(this.usage, caller, asked.membershipId);
    // The position first: figures read after it hold at least what it says.
    const { businessDate, lag, cutOff } = await this.positions.current();
    const { membershipId, itemCode, period } = asked;
    const changes = await this.usage.changes(membershipId, itemCode, period.end);
    const complete = businessDate !== undefined && businessDate >= period.end && lag === 0n;
    return { ...usageOver(period, changes), complete, cutOff };
  }
}

/** The same, school by school: counts, never a person (BIL-6, SUP-3). */
@Injectable()
export class GetUsageBySchool {
  constructor(private readonly usage: UsageReader) {}

  async execute(caller: Caller, asked: UsageAsked): Promise<readonly SchoolUsage[]> {
    await requireOwnMembership(this.usage, caller, asked.membershipId);
    return this.usage.bySchool(asked.membershipId, asked.itemCode, asked.period);
  }
}

async function requireOwnMembership(
  usage: UsageReader,
  caller: Caller,
  membershipId: string,
): Promise<void> {
  const membership = await usage.membership(membershipId);
  if (!membership) throw new NotVisible();
  requireOrganisation(caller, membership.organisationId);
  requireMarket(caller, membership.marketCode);
}
