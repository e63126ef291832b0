import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';
import type { OpenAccountsFrom } from '../domain/usage.js';

/** What is counted of a membership and period, and what was certified of it. */
export type UsageWithCertificate = {
  readonly membershipId: string;
  /** By item, then school, both by their bytes; U from a day of the period on, until the next. */
  readonly usage: readonly {
    readonly itemCode: string;
    readonly uai: string;
    readonly openAccounts: readonly OpenAccountsFrom[];
  }[];
  /** The newest of exactly this period. */
  readonly certificate:
    | {
        readonly revision: number;
        readonly certifiedOn: LocalDate;
        readonly positions: string;
        readonly accountDays: bigint;
        readonly usageSha256: string;
        readonly sha256: string;
      }
    | undefined;
};

/** Figures and certificates in one look: a fact that comes in between is in both or in neither. */
@Injectable()
export class CertifiedUsage {
  constructor(private readonly database: Database) {}

  /** `membershipId` empty: of every membership of the market, by id. */
  async ofPeriod(
    marketCode: string,
    membershipId: string,
    period: Period,
    page: { readonly after: string; readonly limit: number },
  ): Promise<UsageWithCertificate[]> {
    const asked = [marketCode, membershipId, period.start, period.end, page.after, page.limit];
    return (await this.database.rows<Row>(sql, asked)).map(fromRow);
  }
}

type Row = {
  membership_id: string;
  usage: { itemCode: string; uai: string; days: LocalDate[]; open: number[] }[];
  /** Null, as all that follows, where none was given. */
  revision: number | null;
  certified_on: LocalDate;
  positions: string;
  account_days: bigint;
  usage_sha256: string;
  sha256: string;
};

const fromRow = (row: Row): UsageWithCertificate => ({
  membershipId: row.membership_id,
  usage: row.usage.map(({ itemCode, uai, days, open }) => ({
    ...{ itemCode, uai },
    openAccounts: days.map((from, index) => ({ from, openAccounts: open[index] ?? 0 })),
  })),
  certificate:
    row.revision === null
      ? undefined
      : {
          revision: row.revision,
          certifiedOn: row.certified_on,
          positions: row.positions,
          accountDays: row.account_days,
          usageSha256: row.usage_sha256,
          sha256: row.sha256,
        },
});

const sql = `
with of_page as (
  select membership_id from membership_copy
   where market_code = $1 and ($2 = '' or membership_id = $2) and membership_id > $5 order by membership_id limit $6
), at_day as (
  select membership_id, item_code, uai, greatest(day, $3::date) as day, sum(delta)::bigint as delta
    from usage_change join of_page using (membership_id) where day < $4
   group by 1, 2, 3, 4 having sum(delta) <> 0
), step as (
  select membership_id, item_code, uai, day, sum(delta) over (partition by membership_id, item_code, uai order by day) as open
    from at_day
), of_school as (
  select membership_id, item_code, uai, jsonb_build_object('itemCode', item_code, 'uai', uai,
         'days', jsonb_agg(day order by day), 'open', jsonb_agg(open order by day)) as told
    from step group by 1, 2, 3
), of_member as (
  select membership_id, jsonb_agg(told order by item_code collate "C", uai collate "C") as usage from of_school group by 1
)
select membership_id, coalesce(usage, '[]') as usage, newest.*
  from of_page left join of_member using (membership_id) left join lateral (
    select revision, certified_on, positions, account_days, usage_sha256, sha256 from cut_off_certificate c
     where c.membership_id = of_page.membership_id and (starts_on, ends_on) = ($3::date, $4::date)
     order by revision desc limit 1) as newest on true
 order by membership_id`;
