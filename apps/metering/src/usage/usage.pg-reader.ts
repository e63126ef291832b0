import { Injectable } from '@nestjs/common';
import type { LocalDate, Period } from '#libs/time';
import { Database } from '#libs/persistence';
import {
  type MembershipKnown,
  type MembershipUsage,
  type Recount,
  type SchoolUsage,
  type UsageAt,
  UsageReader,
} from './usage.reader.js';

@Injectable()
export class PgUsageReader extends UsageReader {
  constructor(private readonly database: Database) {
    super();
  }

  async membership(membershipId: string): Promise<MembershipKnown | undefined> {
    const { rows } = await this.database.query<{ organisation_id: string; market_code: string }>(
      `select organisation_id, market_code from membership_copy where membership_id = $1`,
      [membershipId],
    );
    const row = rows[0];
    return row && { organisationId: row.organisation_id, marketCode: row.market_code };
  }

  async changes(membershipId: string, itemCode: string, until: LocalDate): Promise<UsageAt[]> {
    const { rows } = await this.database.query<{ day: LocalDate; delta: string }>(
      `select day, sum(delta)::text as delta from usage_change
       where membership_id = $1 and item_code = $2 and day < $3
       group by day order by day`,
      [membershipId, itemCode, until],
    );
    return rows.map(({ day, delta }) => ({ day, delta: Number(delta) }));
  }

  async ofMarket(
    marketCode: string,
    until: LocalDate,
    { after, limit }: { readonly after: string; readonly limit: number },
  ): Promise<MembershipUsage[]> {
    const { rows } = await this.database.query<ChangesRow>(
      `with of_page as (
         select membership_id from membership_copy
         where market_code = $1 and membership_id > $2 order by membership_id limit $3
       ), changed as (
         select membership_id, item_code, day, sum(delta) as delta
         from usage_change join of_page using (membership_id)
         where day < $4 group by membership_id, item_code, day having sum(delta) <> 0
       )
       select membership_id, item_code, array_agg(day::text order by day) as days,
              array_agg(delta::text order by day) as deltas
       from of_page left join changed using (membership_id)
       group by membership_id, item_code order by membership_id, item_code`,
      [marketCode, after, limit, until],
    );
    const memberships = new Map<string, MembershipUsage['items'][number][]>();
    for (const { membership_id: membershipId, item_code: itemCode, days, deltas } of rows) {
      const items = memberships.get(membershipId) ?? [];
      memberships.set(membershipId, items);
      if (itemCode === null) continue;
      const changes = days.map((day, index) => ({ day, delta: Number(deltas[index]) }));
      items.push({ itemCode, changes });
    }
    return [...memberships].map(([membershipId, items]) => ({ membershipId, items }));
  }

  /** A change of δ on day d adds δ to each later day: its share is δ × the days left in the period. */
  async bySchool(
    membershipId: string,
    itemCode: string,
    { start, end }: Period,
  ): Promise<readonly SchoolUsage[]> {
    const { rows } = await this.database.query<{ uai: string; days: string; open: string }>(
      `select uai, sum(delta * ($4::date - greatest(day, $3::date)))::text as days,
              sum(delta)::text as open
       from usage_change
       where membership_id = $1 and item_code = $2 and day < $4
       group by uai having sum(delta * ($4::date - greatest(day, $3::date))) <> 0
       order by uai`,
      [membershipId, itemCode, start, end],
    );
    return rows.map(({ uai, days, open }) => ({
      uai,
      accountDays: Number(days),
      openAtEnd: Number(open),
    }));
  }

  async certificateHash(membershipId: string, period: Period): Promise<string | undefined> {
    const rows = await this.database.rows<{ sha256: string }>(
      `select sha256 from (
         select certificate_id, sha256 from cut_off_certificate
          where (membership_id, starts_on, ends_on) = ($1, $2::date, $3::date) order by revision desc limit 1) as newest
        where not exists (select from certificate_change h where h.certificate_id = newest.certificate_id)`,
      [membershipId, period.start, period.end],
    );
    return rows[0]?.sha256;
  }

  async recount(
    membershipId: string,
    until: LocalDate,
    markets: readonly string[] | undefined,
  ): Promise<Recount> {
    const { rows } = await this.database.query<{
      metered: string;
      recounted: string;
      differences: string;
      accounts: string;
    }>(recountSql, [membershipId, until, markets ?? null]);
    const row = rows[0] ?? { metered: '0', recounted: '0', differences: '0', accounts: '0' };
    return {
      meteredAccountDays: BigInt(row.metered),
      recountedAccountDays: BigInt(row.recounted),
      differences: Number(row.differences),
      accounts: Number(row.accounts),
    };
  }
}

type ChangesRow = {
  membership_id: string;
  /** Null where there is no change. */
  item_code: string | null;
  days: LocalDate[];
  deltas: string[];
};

/**
 * Counts from the facts alone, in SQL and not with the code of the incremental way: the two can only
 * agree by being right. One statement, so both sides are read in one snapshot.
 */
const recountSql = `
with wanted as (
  select membership_id from membership_copy where market_code = any($3::text[])
), in_effect as (
  select account_id, membership_id, item_code, uai,
         is_open and membership_id <> '' and item_code <> '' as counts, effective_on,
         min(effective_on) over (partition by account_id order by sequence
           rows between 1 following and unbounded following) as superseded_on
  from account_fact
), counted as (
  select account_id, membership_id, item_code, uai, effective_on, superseded_on
  from in_effect
  where counts and ($1 = '' or membership_id = $1)
    and ($3::text[] is null or membership_id in (select membership_id from wanted))
    and (superseded_on is null or effective_on < superseded_on)
), recounted as (
  select membership_id, item_code, uai, day, sum(delta) as delta
  from (
    select membership_id, item_code, uai, effective_on as day, 1 as delta from counted
    union all
    select membership_id, item_code, uai, superseded_on, -1 from counted
    where superseded_on is not null
  ) as change
  group by membership_id, item_code, uai, day having sum(delta) <> 0
), metered as (
  select membership_id, item_code, uai, day, sum(delta) as delta
  from usage_change
  where ($1 = '' or membership_id = $1)
    and ($3::text[] is null or membership_id in (select membership_id from wanted))
  group by membership_id, item_code, uai, day having sum(delta) <> 0
)
select
  coalesce((select sum(delta * ($2::date - day)) from metered where day < $2), 0)::text as metered,
  coalesce((select sum(delta * ($2::date - day)) from recounted where day < $2), 0)::text as recounted,
  (select count(*) from metered m full join recounted r using (membership_id, item_code, uai, day)
   where m.delta is distinct from r.delta)::text as differences,
  (select count(distinct account_id) from counted)::text as accounts`;
