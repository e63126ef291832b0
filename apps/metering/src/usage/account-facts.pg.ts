import { Injectable } from '@nestjs/common';
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
  /** As the contract numbers it. */
  readonly profile: number;
  /** Open, and somebody has used it. */
  readonly isActivated: boolean;
};

/** All that is stored of one account. */
export type AccountHistory = {
  readonly accountId: string;
  readonly facts: readonly AccountFact[];
  readonly intervals: readonly OpenInterval[];
};

/**
 * Facts of accounts, the intervals that follow from them, and U as a difference array. Set-based: a
 * batch of any size is five statements.
 */
@Injectable()
export class AccountFacts {
  /** Keeps the facts that are new; returns the accounts they concern. A fact twice is kept once. */
  async add(tx: Transaction, facts: readonly RecordedFact[]): Promise<string[]> {
    const { rows } = await tx.query<{ account_id: string }>({
      name: 'metering-add-facts',
      text: `insert into account_fact
               (account_id, sequence, effective_on, is_open, membership_id, item_code, uai, profile, is_activated, intake)
             select fact.*, (select coalesce(max(intake), 0) + 1 from cut_off_certificate)
               from unnest($1::uuid[], $2::bigint[], $3::date[], $4::boolean[],
                           $5::text[], $6::text[], $7::text[], $8::smallint[], $9::boolean[]) as fact
             on conflict do nothing
             returning account_id`,
      values: [
        facts.map(({ accountId }) => accountId),
        facts.map(({ sequence }) => sequence),
        facts.map(({ effectiveOn }) => effectiveOn),
        facts.map(({ isOpen }) => isOpen),
        facts.map(({ membershipId }) => membershipId),
        facts.map(({ itemCode }) => itemCode),
        facts.map(({ uai }) => uai),
        facts.map(({ profile }) => profile),
        facts.map(({ isActivated }) => isActivated),
      ],
    });
    return [...new Set(rows.map(({ account_id }) => account_id))];
  }

  async historiesOf(
    tx: Transaction,
    accountIds: readonly string[],
  ): Promise<readonly AccountHistory[]> {
    const histories = new Map(
      accountIds.map((accountId) => [
        accountId,
        { accountId, facts: [] as AccountFact[], intervals: [] as OpenInterval[] },
      ]),
    );
    const facts = await tx.query<FactRow>({
      name: 'metering-facts-of',
      text: `select account_id, sequence, effective_on, is_open, membership_id, item_code, uai
             from account_fact where account_id = any($1::uuid[])`,
      values: [accountIds],
    });
    for (const row of facts.rows) histories.get(row.account_id)?.facts.push(factFromRow(row));
    const intervals = await tx.query<IntervalRow>({
      name: 'metering-intervals-of',
      text: `select account_id, starts_on, ends_on, membership_id, item_code, uai
             from account_interval where account_id = any($1::uuid[])
             order by account_id, starts_on`,
      values: [accountIds],
    });
    for (const row of intervals.rows) {
      histories.get(row.account_id)?.intervals.push(intervalFromRow(row));
    }
    return [...histories.values()];
  }

  async replaceIntervals(
    tx: Transaction,
    accounts: readonly { accountId: string; intervals: readonly OpenInterval[] }[],
  ): Promise<void> {
    if (accounts.length === 0) return;
    await tx.query({
      name: 'metering-forget-intervals',
      text: `delete from account_interval where account_id = any($1::uuid[])`,
      values: [accounts.map(({ accountId }) => accountId)],
    });
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

type PlaceRow = { membership_id: string; item_code: string; uai: string };
type FactRow = PlaceRow & {
  account_id: string;
  sequence: bigint;
  effective_on: LocalDate;
  is_open: boolean;
};
type IntervalRow = PlaceRow & {
  account_id: string;
  starts_on: LocalDate;
  ends_on: LocalDate | null;
};

/** Whether a fact counts: open, financed, and of a profile that the market has an item for (PRV-1). */
function factFromRow(row: FactRow): AccountFact {
  const fact = { sequence: Number(row.sequence), effectiveOn: row.effective_on };
  const counts = row.is_open && row.membership_id !== '' && row.item_code !== '';
  return counts ? { ...fact, place: placeFromRow(row) } : fact;
}

function intervalFromRow(row: IntervalRow): OpenInterval {
  const interval = { startsOn: row.starts_on, place: placeFromRow(row) };
  return row.ends_on === null ? interval : { ...interval, endsOn: row.ends_on };
}

function placeFromRow({ membership_id, item_code, uai }: PlaceRow) {
  return { membershipId: membership_id, itemCode: item_code, uai };
}
