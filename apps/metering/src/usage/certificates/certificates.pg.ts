import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';
import type { UsageChange } from '../domain/account-days.js';
import type { Certificate, CountedUsage, LateCount } from '../domain/certificate.js';

/** Whom a period is certified of. */
export type CertifiedTogether = {
  readonly marketCode: string;
  readonly period: Period;
  /** Memberships of the market; none: all of it. */
  readonly only: readonly string[];
};

/** What late facts changed of a certificate, of one item and school. */
export type LateChange = {
  readonly itemCode: string;
  readonly uai: string;
  readonly firstDay: LocalDate;
  readonly accountDays: bigint;
};
export type ChangedCertificate = {
  readonly certificateId: string;
  readonly membershipId: string;
  readonly period: Period;
  readonly revision: number;
  readonly accountDays: bigint;
  readonly changes: readonly LateChange[];
};
export type CertificateSeen = Certificate & {
  readonly changes: readonly (LateChange & { readonly arrivedOn: LocalDate })[];
  readonly accountDaysNow: bigint;
};

/** First key of the lock by which facts and certificates take turns. */
const intakeLock = '7274, 1';

/** Certificates of what was counted, and what came after. */
@Injectable()
export class Certificates {
  constructor(private readonly database: Database) {}

  /** Until the transaction ends no certificate is given: what it writes belongs to one intake. Before the facts are written. */
  async holdIntake(tx: Transaction): Promise<void> {
    await tx.query({
      name: 'metering-hold-intake',
      text: `select pg_advisory_xact_lock_shared(${intakeLock}), nextval('facts_taken')`,
    });
  }

  /** Nothing is taken in until the transaction ends; returns the intake that it closes. */
  async closeIntake(tx: Transaction): Promise<bigint> {
    await tx.query(`select pg_advisory_xact_lock(${intakeLock})`);
    const row = await tx.row<{ intake: bigint }>(
      'select coalesce(max(intake), 0) + 1 as intake from cut_off_certificate',
    );
    return row?.intake ?? 1n;
  }

  /**
   * The same from one moment to another: nothing was taken in between. Where the first is asked for behind the lock
   * (`closeIntake`), all that had been taken in by then is there to be counted.
   */
  async taken(tx: Transaction): Promise<string> {
    const [taken] = await tx.column<string>(
      `select last_value || ' ' || is_called as taken from facts_taken`,
    );
    return taken ?? '';
  }

  /** What is counted by now of each membership that is asked for; one that uses nothing too. By id. */
  async counted(
    tx: Transaction,
    { marketCode, period, only }: CertifiedTogether,
  ): Promise<CountedUsage[]> {
    const asked = [marketCode, period.start, period.end, only];
    return (await tx.rows<CountedRow>(countedSql, asked)).map(countedFromRow);
  }

  /** The last of each membership, and its last of the period. */
  async standing(
    tx: Transaction,
    { marketCode, period, only }: CertifiedTogether,
  ): Promise<Map<string, { rank: number; sha256: string; ofPeriod: Certificate | undefined }>> {
    const rows = await tx.rows<CertificateRow>(
      `select distinct on (c.membership_id, of_period) ${columns}, (c.starts_on, c.ends_on) = ($2::date, $3::date) as of_period
         from cut_off_certificate c join membership_copy using (membership_id)
        where market_code = $1 and ${isAsked} order by c.membership_id, of_period, c.rank desc`,
      [marketCode, period.start, period.end, only],
    );
    const standing = new Map<
      string,
      { rank: number; sha256: string; ofPeriod: Certificate | undefined }
    >();
    for (const row of rows) {
      const { membershipId, rank, sha256, ...rest } = certificateFromRow(row);
      const known = standing.get(membershipId) ?? { rank: 0, sha256: '', ofPeriod: undefined };
      const last = rank > known.rank ? { rank, sha256 } : known;
      const ofPeriod = row.of_period ? { membershipId, rank, sha256, ...rest } : known.ofPeriod;
      standing.set(membershipId, { rank: last.rank, sha256: last.sha256, ofPeriod });
    }
    return standing;
  }

  /** The database refuses what does not follow from what stands. */
  async add(tx: Transaction, given: readonly Certificate[]): Promise<void> {
    await tx.query(
      `insert into cut_off_certificate (certificate_id, membership_id, rank, starts_on, ends_on, revision, certified_on,
         intake, positions, told_before, accounts, account_days, usage_sha256, previous, sha256)
       select certificate_id, membership_id, rank, starts_on, ends_on, revision, certified_on,
         intake, positions, told_before, accounts, account_days, usage_sha256, previous, sha256
         from jsonb_populate_recordset(null::cut_off_certificate, $1::jsonb)`,
      [JSON.stringify(given.map(toRow))],
    );
  }

  /** Keeps what a batch of changes changes of the newest certificates; returns those with the figures. */
  async keepLate(
    tx: Transaction,
    changes: readonly UsageChange[],
  ): Promise<readonly ChangedCertificate[]> {
    if (changes.length === 0) return [];
    const { rows } = await tx.query<LateRow>({
      name: 'metering-keep-late',
      text: keepLateSql,
      values: [
        changes.map(({ place }) => place.membershipId),
        changes.map(({ place }) => place.itemCode),
        changes.map(({ place }) => place.uai),
        changes.map(({ day }) => day),
        changes.map(({ delta }) => delta),
      ],
    });
    return [...Map.groupBy(rows, ({ certificate_id }) => certificate_id).values()].map((late) => {
      const [{ certificate_id, membership_id, starts_on, ends_on, revision, certified }] = late as [
        LateRow,
      ];
      return {
        certificateId: certificate_id,
        membershipId: membership_id,
        period: { start: starts_on, end: ends_on },
        revision,
        accountDays: certified,
        changes: late.map((row) => ({
          itemCode: row.item_code,
          uai: row.uai,
          firstDay: row.first_day,
          accountDays: row.account_days,
        })),
      };
    });
  }

  /** Of a membership, newest first, with what came late. */
  async ofMembership(membershipId: string, limit: number): Promise<CertificateSeen[]> {
    const rows = await this.database.rows<CertificateRow & SeenRow>(
      `select ${columns}, coalesce(late.changes, '[]') as changes, c.account_days + coalesce(late.days, 0) as account_days_now
         from cut_off_certificate c left join lateral (
           select sum(account_days)::bigint as days, jsonb_agg(jsonb_build_object('itemCode', item_code, 'uai', uai,
             'firstDay', first_day, 'accountDays', account_days::text, 'arrivedOn', arrived_on) order by change_id)
             filter (where n <= 200) as changes
             from (select *, row_number() over (order by change_id) as n from certificate_change h
                    where h.certificate_id = c.certificate_id) as h) as late on true
        where c.membership_id = $1 order by c.rank desc limit $2`,
      [membershipId, limit],
    );
    return rows.map((row) => ({
      ...certificateFromRow(row),
      changes: row.changes.map((one) => ({ ...one, accountDays: BigInt(one.accountDays) })),
      accountDaysNow: row.account_days_now,
    }));
  }

  /** Of one membership or, empty, of a market: by membership and rank. */
  async all(membershipId: string, marketCode: string): Promise<Certificate[]> {
    const rows = await this.database.rows<CertificateRow>(
      `select ${columns} from cut_off_certificate c
        where membership_id = $1
           or $1 = '' and membership_id in (select membership_id from membership_copy where market_code = $2)
        order by membership_id, rank`,
      [membershipId, marketCode],
    );
    return rows.map(certificateFromRow);
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

type CountedRow = {
  membership_id: string;
  accounts: bigint;
  account_days: bigint;
  usage_sha256: string;
};
type CertificateRow = CountedRow & {
  certificate_id: string;
  rank: number;
  starts_on: LocalDate;
  ends_on: LocalDate;
  revision: number;
  certified_on: LocalDate;
  intake: bigint;
  positions: string;
  told_before: LocalDate;
  previous: string;
  sha256: string;
  of_period?: boolean;
};
type SeenRow = {
  changes: {
    itemCode: string;
    uai: string;
    firstDay: LocalDate;
    accountDays: string;
    arrivedOn: LocalDate;
  }[];
  account_days_now: bigint;
};
type LateRow = {
  certificate_id: string;
  membership_id: string;
  starts_on: LocalDate;
  ends_on: LocalDate;
  revision: number;
  certified: bigint;
  item_code: string;
  uai: string;
  first_day: LocalDate;
  account_days: bigint;
};

const columns = `c.certificate_id, c.membership_id, c.rank, c.starts_on, c.ends_on, c.revision, c.certified_on, c.intake,
  c.positions, c.told_before, c.accounts, c.account_days, c.usage_sha256, c.previous, c.sha256`;

const isAsked = `(cardinality($4::text[]) = 0 or membership_id = any($4))`;

function countedFromRow(row: CountedRow): CountedUsage {
  return {
    membershipId: row.membership_id,
    accounts: row.accounts,
    accountDays: row.account_days,
    usageSha256: row.usage_sha256,
  };
}

function certificateFromRow(row: CertificateRow): Certificate {
  return {
    ...countedFromRow(row),
    certificateId: row.certificate_id,
    rank: row.rank,
    period: { start: row.starts_on, end: row.ends_on },
    revision: row.revision,
    certifiedOn: row.certified_on,
    intake: row.intake,
    positions: row.positions,
    toldBefore: row.told_before,
    previous: row.previous,
    sha256: row.sha256,
  };
}

const toRow = (one: Certificate) => ({
  certificate_id: one.certificateId,
  membership_id: one.membershipId,
  rank: one.rank,
  starts_on: one.period.start,
  ends_on: one.period.end,
  revision: one.revision,
  certified_on: one.certifiedOn,
  intake: one.intake.toString(),
  positions: one.positions,
  told_before: one.toldBefore,
  accounts: one.accounts.toString(),
  account_days: one.accountDays.toString(),
  usage_sha256: one.usageSha256,
  previous: one.previous,
  sha256: one.sha256,
});

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

/** A change of δ on day d adds δ to each later day of the period. What only moves days before it, changes nothing of it. */
const keepLateSql = `
with change as (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::bigint[]) as c (membership_id, item_code, uai, day, delta)
), newest as (
  select distinct on (membership_id, starts_on, ends_on) certificate_id, membership_id, starts_on, ends_on, revision, account_days
    from cut_off_certificate where membership_id = any($1) order by membership_id, starts_on, ends_on, revision desc
), effect as (
  select certificate_id, item_code, uai, sum(delta * (ends_on - greatest(day, starts_on)))::bigint as account_days,
         coalesce(sum(delta) filter (where day <= starts_on), 0) as at_start,
         min(day) filter (where day > starts_on) as first_inside, starts_on
    from newest join change using (membership_id) where day < ends_on group by certificate_id, item_code, uai, starts_on
), kept as (
  insert into certificate_change (certificate_id, item_code, uai, first_day, account_days, arrived_on)
  select certificate_id, item_code, uai, case when at_start <> 0 then starts_on else first_inside end, account_days,
         platform.business_date()
    from effect where at_start <> 0 or first_inside is not null
  returning *
)
select n.certificate_id, n.membership_id, n.starts_on, n.ends_on, n.revision, n.account_days as certified,
       k.item_code, k.uai, k.first_day, k.account_days
  from kept k join newest n using (certificate_id) order by n.membership_id, n.starts_on, k.item_code, k.uai`;
