import { type LocalDate } from '#libs/time';
import { type Transaction } from '#libs/persistence';
import { type AccountFact, type OpenInterval, type UsageChange } from './domain/account-days.js';

/** A fact as it came from provisioning; it is kept even where it counts nowhere. */
export type RecordedFact = {
  readonly accountId: string;
  readonly sequence: number;
  readonly effectiveOn: LocalDate;
  readonly isOpen: boolean;
  /** Empty: nobody finances it. */
  readonly membershipId: string;
  /** Empty: the market has no item for its profile. */
  readonly itemCode: string;
  readonly uai: string;
};

/** All that is stored of one account. */
export type AccountHistory = {
  readonly accountId: string;
  readonly facts: readonly AccountFact[];
  readonly intervals: readonly OpenInterval[];
};

/** Facts of accounts, the intervals that follow from them, and U as a difference array. */
export abstract class AccountFacts {
  /** Keeps the facts that are new; returns the accounts they concern. A fact twice is kept once. */
  abstract add(tx: Transaction, facts: readonly RecordedFact[]): Promise<string[]>;

  abstract historiesOf(
    tx: Transaction,
    accountIds: readonly string[],
  ): Promise<readonly AccountHistory[]>;

  abstract replaceIntervals(
    tx: Transaction,
    accounts: readonly { accountId: string; intervals: readonly OpenInterval[] }[],
  ): Promise<void>;

  /** Adds the deltas to the difference array. `shard`: the partition being applied. */
  abstract addUsageChanges(
    tx: Transaction,
    shard: number,
    changes: readonly UsageChange[],
  ): Promise<void>;
}
