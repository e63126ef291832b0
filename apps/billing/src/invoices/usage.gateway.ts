import { type LocalDate, type Period } from '#libs/time';
import { type ItemUsage, type SchoolCount } from './domain/invoice.js';

export type MeteredUsage = {
  /** False while metering has not seen every fact of the period (BIL-5). */
  readonly complete: boolean;
  readonly cutOff: string;
  readonly usage: readonly ItemUsage[];
  readonly schools: readonly SchoolCount[];
};

/** U(d) of a membership from its first account on. */
export type UsageOfMember = {
  readonly membershipId: string;
  readonly items: readonly ItemUsage[];
};

/** What metering states of a membership and period. Throws a refusal of kind `unavailable`. */
export abstract class UsageGateway {
  abstract usageOf(
    membershipId: string,
    itemCodes: readonly string[],
    period: Period,
  ): Promise<MeteredUsage>;

  /** Of every membership of a market, before a day. */
  abstract ofMarket(marketCode: string, until: LocalDate): Promise<UsageOfMember[]>;
}
