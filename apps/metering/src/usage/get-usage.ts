import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/identity';
import type { Period } from '#libs/time';
import { type UsageOfPeriod, usageOver } from './domain/usage.js';
import { requireMembership } from './require-membership.js';
import { type Standing, TakeStanding } from './take-standing.js';
import { type SchoolUsage, UsageReader } from './usage.reader.js';

export type UsageAsked = {
  readonly membershipId: string;
  readonly itemCode: string;
  readonly period: Period;
};

export type UsageStated = UsageOfPeriod &
  Standing & {
    /** Of the newest certificate of this period; undefined where there is none, or a late fact changed it. */
    readonly certificateSha256: string | undefined;
  };

/** U(d) of a membership over a period (MTR-1); a member sees its own only (SUP-3). */
@Injectable()
export class GetUsage {
  constructor(
    private readonly usage: UsageReader,
    private readonly standing: TakeStanding,
  ) {}

  async execute(caller: Caller, asked: UsageAsked): Promise<UsageStated> {
    await requireMembership(this.usage, caller, asked.membershipId);
    const { membershipId, itemCode, period } = asked;
    const told = { membershipId, markets: undefined };
    const standing = await this.standing.execute(period.end, told);
    const changes = await this.usage.changes(membershipId, itemCode, period.end);
    const certificateSha256 = await this.usage.certificateHash(membershipId, period);
    return { ...usageOver(period, changes), ...standing, certificateSha256 };
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
