import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket } from '#libs/identity';
import type { LocalDate } from '#libs/time';
import { type OpenAccountsFrom, openAccountsFrom } from './domain/usage.js';
import { UsageReader } from './usage.reader.js';

export type UsageOfMembership = {
  readonly membershipId: string;
  readonly items: readonly {
    readonly itemCode: string;
    readonly openAccounts: readonly OpenAccountsFrom[];
  }[];
};

/** U(d) of the memberships of a market up to a day, for who compares it with the orders (MTR-1, BIL-1). */
@Injectable()
export class ListUsage {
  constructor(private readonly usage: UsageReader) {}

  /** One membership more than `limit` where there is one. */
  async execute(
    caller: Caller,
    asked: {
      readonly marketCode: string;
      readonly until: LocalDate;
      readonly after: string;
      readonly limit: number;
    },
  ): Promise<UsageOfMembership[]> {
    const { marketCode, until, after, limit } = asked;
    requireMarket(caller, marketCode);
    const found = await this.usage.ofMarket(marketCode, until, { after, limit: limit + 1 });
    return found.map(({ membershipId, items }) => ({
      membershipId,
      items: items.map(({ itemCode, changes }) => ({
        itemCode,
        openAccounts: openAccountsFrom(changes),
      })),
    }));
  }
}
