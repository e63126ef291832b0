import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { Period } from '#libs/time';
import type { Certificate, CountedUsage, LateCount } from '../domain/certificate.js';

/** Whom a period is certified of. */
export type CertifiedTogether = {
  readonly marketCode: string;
  readonly period: Period;
  /** Memberships of the market; none: all of it. */
  readonly only: readonly string[];
};

/** What is certified: counted when a certificate is given, and again from the facts alone when it is verified. */
@Injectable()
export class UsageCounts {
  constructor(private readonly database: Database) {}

  /** What is counted by now of each membership that is asked for; one that uses nothing too. By id. */
  async counted(
    tx: Transaction,
    { marketCode, period, only }: CertifiedTogether,
  ): Promise<CountedUsage[]> {
    const asked = [marketCode, period.start, period.end, only];
    return (await tx.rows<CountedRow>(countedSql, asked)).map(countedFromRow);
  }

  /** The same counted from the facts of an intake and before alone, in SQL and not by the incremental way. By certificate. */
  async countedAgain(
    intake: bigint,
    certificates: readonly Certificate[],
  ): Promise<Map<string, CountedUsage>> {
    const rows = await this.database.rows<CountedRow & { certificate_id: string }>(recountSql, [
      intake,
      certificates.map(({ certificateId }) => certificateId),
      certificates.map(({ membershipId }) => membershipId),
      certificates.map(({ period }) => period.start),
      certificates.map(({ period }) => period.end),
    ]);
    return new Map(rows.map((row) => [row.certificate_id, countedFromRow(row)]));
  }

  /**
   * Of each what was kept of late facts, beside what the next of its period counted or, of the newest, what all facts give
   * by now: in one look, since facts go on coming.
   */
  async late(certificates: readonly Certificate[]): Promise<Map<string, LateCount>> {
    const newest = newestOf(certificates);
    const rows = await this.database.rows<LateCount & { id: string }>(lateSql, [
      everyIntake,
      newest.map(({ certificateId }) => certificateId),
      newest.map(({ membershipId }) => membershipId),
      newest.map(({ period }) => period.start),
      newest.map(({ period }) => period.end),
      certificates.map(({ certificateId }) => certificateId),
    ]);
    return new Map(rows.map(({ id, kept, accountDays }) => [id, { kept, accountDays }]));
  }
}

/** The last revision of each membership and period. */
function newestOf(certificates: readonly Certificate[]): Certificate[] {
  const newest = new Map<string, Certificate>();
  for (const one of certificates) {
    const of = `${one.membershipId} ${one.period.start} ${one.period.end}`;
    if ((newest.get(of)?.revision ?? -1) < one.revision) newest.set(of, one);
  }
  return [...newest.values()];
}

const everyIntake = (2n ** 63n - 1n).toString();

export type CountedRow = {
  membership_id: string;
  accounts: bigint;
  account_days: bigint;
  usage_sha256: string;
};

export const isAsked = `(cardinality($4::text[]) = 0 or membership_id = any($4))`;

export function countedFromRow(row: CountedRow): CountedUsage {
  return {
    membershipId: row.membership_id,
    accounts: row.accounts,
    accountDays: row.account_days,
    usageSha256: row.usage_sha256,
  };
}

/**
 * From `asked (key, membership_id, starts_on, ends_on)`, `change (key, item_code, uai, day, delta)` before `ends_on`
 * and `used (key, accounts)` to one row for each key. Text is compared by its bytes, whatever the database's language.
 */
const hashed = `
  at_day as (
    select key, item_code, uai, greatest(day, starts_on) as day, ends_on, sum(delta)::bigint as delta
      from change join asked using (key) group by 1, 2, 3, 4, 5 having sum(delta) <> 0
  ), step as (
    select *, sum(delta) over place as open, lead(day, 1, ends_on) over place as until from at_day
    window place as (partition by key, item_code, uai order by day)
  ), told as (
    select key, sum(open * (until - day))::bigint as account_days,
           string_agg(concat_ws('|', item_code, uai, day, open), e'\\n' order by item_code collate "C", uai collate "C", day) as lines
      from step group by key
  )
  select key, membership_id, coalesce(accounts, 0) as accounts, coalesce(account_days, 0) as account_days,
         encode(sha256(convert_to(coalesce(lines, ''), 'UTF8')), 'hex') as usage_sha256
    from asked left join told using (key) left join used using (key)`;

const countedSql = `
with asked as (
  select membership_id as key, membership_id, $2::date as starts_on, $3::date as ends_on
    from membership_copy where market_code = $1 and ${isAsked}
), change as (
  select membership_id as key, item_code, uai, day, delta
    from usage_change where day < $3 and membership_id in (select membership_id from asked)
), used as (
  select membership_id as key, count(distinct account_id) as accounts
    from account_interval where starts_on < $3 and coalesce(ends_on, 'infinity') > $2
     and membership_id in (select membership_id from asked) group by 1
), ${hashed} order by key`;

const recountSql = `
with asked as (
  select * from unnest($2::uuid[], $3::text[], $4::date[], $5::date[]) as a (key, membership_id, starts_on, ends_on)
), concerned as (
  select distinct account_id from account_fact
   where intake <= $1 and membership_id in (select membership_id from asked)
), in_effect as (
  select account_id, membership_id, item_code, uai,
         is_open and membership_id <> '' and item_code <> '' as counts, effective_on,
         coalesce(min(effective_on) over (partition by account_id order by sequence
           rows between 1 following and unbounded following), 'infinity') as superseded_on
    from account_fact where intake <= $1 and account_id in (select account_id from concerned)
), days as (
  select key, account_id, item_code, uai, effective_on, superseded_on, starts_on, ends_on
    from in_effect join asked using (membership_id)
   where counts and effective_on < superseded_on and effective_on < ends_on
), change as (
  select key, item_code, uai, effective_on as day, 1 as delta from days
  union all
  select key, item_code, uai, superseded_on, -1 from days where superseded_on < ends_on
), used as (
  select key, count(distinct account_id) as accounts from days where superseded_on > starts_on group by key
), ${hashed.replace('select key, membership_id, coalesce', 'select key as certificate_id, membership_id, coalesce')}`;

const lateSql = `
select c.certificate_id as id,
       coalesce((select sum(h.account_days) from certificate_change h where h.certificate_id = c.certificate_id), 0)::bigint as kept,
       coalesce(next.account_days, recounted.account_days) as "accountDays"
  from cut_off_certificate c left join (${recountSql}) as recounted using (certificate_id)
  left join cut_off_certificate next on (next.membership_id, next.starts_on, next.ends_on, next.revision)
                                      = (c.membership_id, c.starts_on, c.ends_on, c.revision + 1)
 where c.certificate_id = any($6::uuid[])`;
