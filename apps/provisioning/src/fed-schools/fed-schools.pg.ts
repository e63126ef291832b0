import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { feedWaits } from '#libs/trade';

export type FedPeriod = {
  readonly fedSchoolId: string;
  readonly uai: string;
  readonly academy: string;
  readonly startsOn: LocalDate;
};
export type FedSchoolView = FedPeriod & {
  readonly schoolName: string;
  /** The first day without the feed; empty: not known. */
  readonly endsOn: LocalDate | '';
  readonly declaredOn: LocalDate;
  readonly reason: string;
  /** Accounts without a user: those whose key the feed has, and those of whom no source states a key of the academy. */
  readonly waitingForFeed: number;
  readonly waitingForKey: number;
};
export type WaitingForFeed = Pick<FedSchoolView, 'academy' | 'waitingForFeed' | 'waitingForKey'>;
/** What a feed of the academy is expected to do in a school, by our books (row I). */
export type FeedPreview = {
  /** Users under their key: kept with login and code, and the academy's from then on. */
  readonly taken: number;
  /** Users under another identifier: the feed makes a second account, which bears no mark. */
  readonly second: number;
  readonly waitingForFeed: number;
  readonly waitingForKey: number;
  /** Our classes: the feed makes a second one of the same name beside each. */
  readonly classLabels: readonly string[];
};

/** Which schools an academy's feed fills, from which day to which (PRV-9). */
@Injectable()
export class FedSchools {
  constructor(private readonly database: Database) {}

  /** Today. */
  async isFed(uai: string): Promise<boolean> {
    const { rows } = await this.database.query<{ fed: boolean }>({
      name: 'is-fed',
      text: 'select exists (select from fed_school_today where uai = $1) as fed',
      values: [uai],
    });
    return rows[0]?.fed === true;
  }

  /** Who waits for the feed of the school; undefined: it is not fed today. */
  async waiting(uai: string): Promise<WaitingForFeed | undefined> {
    const { rows } = await this.database.query<WaitingForFeed>(
      `select f.academy, ${waiting('$2')} as "waitingForFeed", ${waiting('$3')} as "waitingForKey"
       from fed_school_today f where f.uai = $1`,
      [uai, ...feedWaits],
    );
    return rows[0];
  }

  /** Whether one of these markets finances or has accounts in the school; undefined: every market. */
  async isVisible(uai: string, markets: readonly string[] | undefined): Promise<boolean> {
    const { rows } = await this.database.query<{ visible: boolean }>(
      `select ${isVisible('$1', '$2')} as visible`,
      [uai, markets ?? null],
    );
    return rows[0]?.visible === true;
  }

  /** False: a period of the school has one of these days. */
  async declare(
    tx: Transaction,
    period: FedPeriod,
    by: { readonly userId: string; readonly reason: string; readonly on: LocalDate },
  ): Promise<boolean> {
    const { fedSchoolId, uai, academy, startsOn } = period;
    const { rowCount } = await tx.query(
      `insert into fed_school (fed_school_id, uai, academy, starts_on, declared_by, declared_on, reason)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
      [fedSchoolId, uai, academy, startsOn, by.userId, by.on, by.reason],
    );
    return rowCount === 1;
  }

  /** The period of the school that is not over. False: there is none, or it begins later, or another one is in the way. */
  async end(
    tx: Transaction,
    uai: string,
    endsOn: LocalDate,
    by: { readonly userId: string; readonly reason: string; readonly on: LocalDate },
  ): Promise<boolean> {
    const { rowCount } = await tx.query(
      `update fed_school f set ends_on = $2, ended_by = $3, end_reason = $4
       where f.fed_school_id = (select fed_school_id from fed_school where uai = $1 and (ends_on is null or ends_on > $5)
           order by starts_on limit 1 for update)
         and f.starts_on <= $2 and not exists (select from fed_school o where o.uai = $1 and o.fed_school_id <> f.fed_school_id
           and daterange(o.starts_on, o.ends_on) && daterange(f.starts_on, $2))`,
      [uai, endsOn, by.userId, by.reason, by.on],
    );
    return rowCount === 1;
  }

  /** Its people are assessed again from that day on: their work towards the ENT is another. */
  async markPeople(tx: Transaction, uai: string, day: LocalDate): Promise<void> {
    await tx.query(
      `insert into person_mark (person_id, due_on, import_id, cause)
       select distinct person_id, $2::date, '', 'DAY' from person_at_school where uai = $1 on conflict do nothing`,
      [uai, day],
    );
  }

  /** By school, the periods that are not over, and those of the last year. */
  async list(markets: readonly string[] | undefined): Promise<FedSchoolView[]> {
    const { rows } = await this.database.query<FedSchoolView>(
      `select f.fed_school_id as "fedSchoolId", f.uai, f.academy, f.starts_on as "startsOn", coalesce(f.ends_on::text, '') as "endsOn",
         f.declared_on as "declaredOn", f.reason, coalesce(s.name, '') as "schoolName",
         ${waiting('$2')} as "waitingForFeed", ${waiting('$3')} as "waitingForKey"
       from fed_school f left join school s using (uai), platform.business_day d
       where (f.ends_on is null or f.ends_on > d.day - 365) and ${isVisible('f.uai', '$1')}
       order by f.uai, f.starts_on limit ${schoolsShown}`,
      [markets ?? null, ...feedWaits],
    );
    return rows;
  }

  async preview(uai: string, academy: string): Promise<FeedPreview> {
    const { rows } = await this.database.query<FeedPreview>(
      `select count(*) filter (where is_there and has_key)::int as taken, count(*) filter (where is_there and not has_key)::int as second,
         count(*) filter (where not is_there and has_key)::int as "waitingForFeed",
         count(*) filter (where not is_there and not has_key)::int as "waitingForKey",
         array(select label from ent_class where uai = $1 order by label) as "classLabels"
       from (select ent_id is not null as is_there, coalesce(starts_with(ent_external_id, $2 || '-'), false) as has_key
         from account where uai = $1 and state not in ('CLOSING', 'DELETED')) a`,
      [uai, academy],
    );
    return rows[0]!;
  }
}

const schoolsShown = 3_000;

/** SQL, of school `f`: accounts that wait under that code. */
const waiting = (
  code: string,
) => `(select count(*)::int from account a join ent_task t using (account_id)
  where a.uai = f.uai and a.ent_id is null and t.refused_code = ${code})`;

const isVisible = (uai: string, markets: string) => `(${markets}::text[] is null
  or exists (select from school_financing sf join membership m using (membership_id) where sf.uai = ${uai} and m.market_code = any(${markets}))
  or exists (select from account a join membership m using (membership_id) where a.uai = ${uai} and m.market_code = any(${markets})))`;
