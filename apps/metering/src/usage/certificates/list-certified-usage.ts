import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket } from '#libs/identity';
import type { Period } from '#libs/time';
import { type Standing, TakeStanding } from '../take-standing.js';
import { CertifiedUsage, type UsageWithCertificate } from './certified-usage.pg.js';

export type CertifiedUsageAsked = {
  readonly marketCode: string;
  /** Empty: every membership of the market. */
  readonly membershipId: string;
  readonly period: Period;
  readonly after: string;
  readonly limit: number;
};

/** What is counted of a period, with what was certified of it: for who prices it (BIL-5). */
@Injectable()
export class ListCertifiedUsage {
  constructor(
    private readonly standing: TakeStanding,
    private readonly usage: CertifiedUsage,
  ) {}

  /** One membership more than `limit` where there is one. Throws NotVisible for another market. */
  async execute(
    caller: Caller,
    { marketCode, membershipId, period, after, limit }: CertifiedUsageAsked,
  ): Promise<Standing & { readonly found: readonly UsageWithCertificate[] }> {
    requireMarket(caller, marketCode);
    const standing = await this.standing.execute(period.end, {
      ...{ membershipId, markets: [marketCode] },
    });
    const page = { after, limit: limit + 1 };
    return {
      ...standing,
      found: await this.usage.ofPeriod(marketCode, membershipId, period, page),
    };
  }
}
