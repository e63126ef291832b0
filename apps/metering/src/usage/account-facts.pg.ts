import { Injectable } from '@nestjs/common';
import type { LocalDate } from '#libs/time';
import { copyIn, type CopyValue, type Transaction } from '#libs/persistence';
import {
  type AccountFact,
  type OpenInterval,
  placeOf,
  type UsageChange,
} from './domain/account-days.js';

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
  /** As the contract numbers it. */
  readonly profile: number;
  /** Open, and somebody has used it. */
  readonly isActivated: boolean;
};

/**
 * Facts of accounts, the intervals that follow from them, and U as a difference array. Set-based: a
 * batch of any size is five statements.
 */
@Injectable()
export class AccountFacts {
  /** What is stored of these accounts, by account; those without facts are left out. */
  async of(
    tx: Transaction,
    accountIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly AccountFact[]>> {
    const { rows } = await tx.query<FactRow>({
      name: 'metering-facts-of',
      text: `select account_id, sequence, effective_on, is_open, membership_id, item_code, uai
             from account_fact where account_id = any($1::uuid[])`,
      values: [accountIds],
    });
    const found = new Map<string, AccountFact[]>();
    for (const row of rows) {
      const known = found.get(row.account_id);
      if (known) known.push(factFromRow(row));
      else found.set(row.account_id, [factFromRow(row)]);
    }
    return found;
  }

  /** Keeps facts that are not stored yet, in that intake. Fails where one came by another way meanwhile: then it is done again. */
  async add(tx: Transaction, intake: bigint, facts: readonly RecordedFact[]): Promise<void> {
    await copyIn(
      tx,
      'account_fact (account_id, sequence, effective_on, is_open, membership_id, item_code, uai, profile, is_activated, intake)',
      rowsOf(facts, intake),
    );
  }

  /** `had`: whether the account counted on some day before. */
  async replaceIntervals(
    tx: Transaction,
    accounts: readonly {
      readonly accountId: string;
      readonly had: boolean;
      readonly intervals: readonly OpenInterval[];
    }[],
  ): Promise<void> {
    const counted = accounts.filter(({ had }) => had).map(({ accountId }) => accountId);
    if (counted.length > 0) {
      await tx.query({
        name: 'metering-forget-intervals',
        text: `delete from account_interval where account_id = any($1::uuid[])`,
        values: [counted],
      });
    }
    const rows = accounts.flatMap(({ accountId, intervals }) =>
      intervals.map((interval) => ({ accountId, ...interval })),
    );
    if (rows.length === 0) return;
    await tx.query({
      name: 'metering-add-intervals',
      text: `insert into account_interval
               (account_id, starts_on, ends_on, membership_id, item_code, uai)
             select * from unnest($1::uuid[], $2::date[], $3::date[],
                                  $4::text[], $5::text[], $6::text[])`,
      values: [
        rows.map(({ accountId }) => accountId),
        rows.map(({ startsOn }) => startsOn),
        rows.map(({ endsOn }) => endsOn ?? null),
        rows.map(({ place }) => place.membershipId),
        rows.map(({ place }) => place.itemCode),
        rows.map(({ place }) => place.uai),
      ],
    });
  }

  /** Adds the deltas to the difference array. `shard`: the partition being applied. */
  async addUsageChanges(
    tx: Transaction,
    shard: number,
    changes: readonly UsageChange[],
  ): Promise<void> {
    if (changes.length === 0) return;
    await tx.query({
      name: 'metering-add-usage',
      text: `insert into usage_change as known (membership_id, item_code, uai, day, shard, delta)
             select membership_id, item_code, uai, day, $6, delta
             from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::bigint[])
                  as change (membership_id, item_code, uai, day, delta)
             on conflict (membership_id, item_code, uai, day, shard)
             do update set delta = known.delta + excluded.delta`,
      values: [
        changes.map(({ place }) => place.membershipId),
        changes.map(({ place }) => place.itemCode),
        changes.map(({ place }) => place.uai),
        changes.map(({ day }) => day),
        changes.map(({ delta }) => delta),
        shard,
      ],
    });
  }
}

type FactRow = {
  membership_id: string;
  item_code: string;
  uai: string;
  account_id: string;
  sequence: bigint;
  effective_on: LocalDate;
  is_open: boolean;
};

export const accountFactOf = (fact: RecordedFact): AccountFact => ({
  sequence: fact.sequence,
  effectiveOn: fact.effectiveOn,
  place: placeOf(fact.isOpen, fact.membershipId, fact.itemCode, fact.uai),
});

const factFromRow = (row: FactRow): AccountFact => ({
  sequence: Number(row.sequence),
  effectiveOn: row.effective_on,
  place: placeOf(row.is_open, row.membership_id, row.item_code, row.uai),
});

function* rowsOf(facts: readonly RecordedFact[], intake: bigint): Generator<readonly CopyValue[]> {
  for (const one of facts)
    yield [
      ...[one.accountId, one.sequence, one.effectiveOn, one.isOpen, one.membershipId],
      ...[one.itemCode, one.uai, one.profile, one.isActivated, intake],
    ];
}
