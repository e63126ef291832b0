import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';
import type { UsageChange } from '../domain/account-days.js';
import type { Certificate } from '../domain/certificate.js';
import {
  type CertifiedTogether,
  countedFromRow,
  type CountedRow,
  isAsked,
} from './usage-counts.pg.js';

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

/** Certificates as they are kept, and what came after; what they are of, `UsageCounts` counts. */
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

  /** What is taken in now belongs to it. Behind `holdIntake`, it stays so. */
  async openIntake(tx: Transaction): Promise<bigint> {
    const open = await tx.value<bigint>({
      name: 'metering-open-intake',
      text: 'select coalesce(max(intake), 0) + 1 from cut_off_certificate',
    });
    return open ?? 1n;
  }

  /** Nothing is taken in until the transaction ends; returns the intake that it closes. */
  async closeIntake(tx: Transaction): Promise<bigint> {
    await tx.query(`select pg_advisory_xact_lock(${intakeLock})`);
    return this.openIntake(tx);
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
}

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
