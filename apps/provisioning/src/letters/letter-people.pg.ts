import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import { staffLabel } from '../copies/copies.module.js';
import type { Addressee } from './domain/letter.js';

export type SchoolClassOf = {
  readonly label: string;
  readonly pupils: number;
  /** Of them, who has been in, and whose account is open and was never used. */
  readonly activated: number;
  readonly neverIn: number;
  /** Guardians of these pupils; of the staff's own list, which has no pupil, the staff. */
  readonly adults: number;
  readonly adultsActivated: number;
  readonly adultsNeverIn: number;
};
export type AddresseeAt = Addressee & { readonly uai: string };

/** Who is written to, by our books: names from the short-lived copy of people. */
@Injectable()
export class LetterPeople {
  constructor(private readonly database: Database) {}

  /** Classes with pupils today, by label, 100 at most, and the staff last; where each account stands. */
  async classes(uai: string): Promise<SchoolClassOf[]> {
    const { rows } = await this.database.query<SchoolClassOf>(
      `with pupil as (select distinct person_id, class_label from (${classesToday}) as p where class_label <> ''),
         whose as (
           select class_label, person_id, 'STUDENT' as profile from pupil
           union select pupil.class_label, p.person_id, 'RELATIVE' from pupil join person p on p.child_ids @> array[pupil.person_id]
           union select $2, person_id, profile from (${staffToday}) as staff)
       select class_label as label, ${countsOf("profile = 'STUDENT'", ['pupils', 'activated', 'neverIn'])},
         ${countsOf("profile <> 'STUDENT'", ['adults', 'adultsActivated', 'adultsNeverIn'])}
       from whose left join (select person_id, profile, state, exists (
             select from lost_activation l where l.account_id = o.account_id) as lost from account o where state <> 'DELETED') a using (person_id, profile)
       group by class_label order by class_label = $2, class_label limit 101`,
      [uai, staffLabel],
    );
    return rows;
  }

  /** Teachers and other staff of the school, by name; so many at most. */
  async staff(uai: string, limit: number): Promise<Addressee[]> {
    const { rows } = await this.database.query<Row>(
      `${select}, array[]::text[] as children ${from}
       where a.state <> 'DELETED' and (a.person_id, a.profile) in (${staffToday})
       order by p.last_name, p.first_name, a.account_id limit $2`,
      [uai, limit],
    );
    return rows.map(fromRow);
  }

  /** Pupils of the class and their guardians, in the order in which letters are handed out; so many at most. */
  async ofClass(uai: string, label: string, limit: number): Promise<Addressee[]> {
    const { rows } = await this.database.query<Row>(
      `with pupil as (select distinct person_id from (${classesToday}) as p where class_label = $2)
       ${select}, array(select c.first_name from pupil join person c using (person_id)
           where p.child_ids @> array[c.person_id] and a.profile = 'RELATIVE' order by c.first_name) as children
       ${from}
       cross join lateral (select min(c.last_name || ' ' || c.first_name) as name from pupil join person c using (person_id)
         where c.person_id = p.person_id or p.child_ids @> array[c.person_id]) as family
       where a.state <> 'DELETED' and ((a.profile = 'STUDENT' and a.person_id in (select person_id from pupil))
         or (a.profile = 'RELATIVE' and p.child_ids && array(select person_id from pupil)))
       order by family.name, a.profile desc, p.last_name, p.first_name, a.account_id limit $3`,
      [uai, label, limit],
    );
    return rows.map(fromRow);
  }

  /** Undefined: no such account, or nobody knows the person any more. Children are told as far as they are in these schools. */
  async one(accountId: string, uais: readonly string[] = []): Promise<AddresseeAt | undefined> {
    const { rows } = await this.database.query<Row & { uai: string }>(
      `${select}, a.uai, array(select c.first_name from person c where a.profile = 'RELATIVE' and c.person_id = any(p.child_ids)
           and exists (${pupilsToday('any($2)')} and e.person_id = c.person_id) order by c.first_name) as children
       ${from} where a.account_id = $1`,
      [accountId, uais],
    );
    return rows[0] && { ...fromRow(rows[0]), uai: rows[0].uai };
  }

  /** Of these schools the one where a pupil is a child of the person: its head may hand the letter out. */
  async schoolOfChild(accountId: string, uais: readonly string[]): Promise<string | undefined> {
    return this.database.value<string>(
      `select min(e.uai) from account a join person p using (person_id)
         join person_enrolment e on e.person_id = any(p.child_ids) cross join platform.business_day d
       where a.account_id = $1 and a.profile = 'RELATIVE' and ${pupilsOn('any($2)')}`,
      [accountId, uais],
    );
  }

  async schoolName(uai: string): Promise<string> {
    const { rows } = await this.database.query<{ name: string }>(
      'select name from school where uai = $1',
      [uai],
    );
    return rows[0]?.name ?? uai;
  }

  /** The ENT's identifier of a school; undefined: it has none there yet. */
  entStructureId(uai: string): Promise<string | undefined> {
    return this.database.value<string>('select ent_id from ent_structure where uai = $1', [uai]);
  }

  /** The ENT's classes of that label, as its users were put there. */
  async entClassIds(uai: string, label: string): Promise<string[]> {
    const { rows } = await this.database.query<{ ent_id: string }>(
      'select ent_id from ent_class where uai = $1 and label = $2',
      [uai, label],
    );
    return rows.map(({ ent_id }) => ent_id);
  }
}

const pupilsOn = (schools: string) =>
  `e.uai = ${schools} and e.profile = 'STUDENT' and e.starts_on <= d.day and (e.ends_on is null or e.ends_on > d.day)`;
const pupilsToday = (schools: string) => `
  select e.person_id from person_enrolment e cross join platform.business_day d where ${pupilsOn(schools)}`;

const classesToday = `
  select e.person_id, e.class_label from person_enrolment e cross join platform.business_day d
  where e.uai = $1 and e.profile = 'STUDENT' and e.starts_on <= d.day and (e.ends_on is null or e.ends_on > d.day)
  union all
  select c.person_id, c.class_label from person_class c cross join platform.business_day d
  where c.uai = $1 and c.profile = 'STUDENT' and c.starts_on <= d.day and (c.ends_on is null or c.ends_on > d.day)`;

const staffToday = `
  select e.person_id, e.profile from person_enrolment e cross join platform.business_day d
  where e.uai = $1 and e.profile in ('TEACHER', 'PERSONNEL') and e.starts_on <= d.day and (e.ends_on is null or e.ends_on > d.day)`;

/** SQL: of those who are so, all, who has been in, and who has an open account and never was, or must activate it again. */
const countsOf = (whom: string, [all, activated, neverIn]: readonly [string, string, string]) => `
  count(distinct person_id) filter (where ${whom})::int as "${all}",
  count(distinct person_id) filter (where ${whom} and a.state = 'ACTIVATED' and not a.lost)::int as "${activated}",
  count(distinct person_id) filter (where ${whom} and (a.state = 'PROVISIONED' or a.lost))::int as "${neverIn}"`;

const select = `select a.account_id, a.person_id, a.profile, a.state, a.ent_id, p.first_name, p.last_name,
  coalesce(m.market_code, '') as market_code, coalesce(w.way, 'LOCAL') as way_in, ent_way_in_gap(a, w.way) as way_in_gap`;
const from = `from account a join person p using (person_id) left join membership m using (membership_id)
  left join market_way_in w on w.market_code = m.market_code and w.profile = a.profile`;

type Row = {
  account_id: string;
  person_id: string;
  profile: string;
  state: string;
  ent_id: string | null;
  first_name: string;
  last_name: string;
  market_code: string;
  way_in: string;
  way_in_gap: string;
  children: string[];
};

function fromRow(row: Row): Addressee {
  return {
    accountId: row.account_id,
    personId: row.person_id,
    profile: row.profile,
    state: row.state,
    firstName: row.first_name,
    lastName: row.last_name,
    children: row.children,
    wayIn: row.way_in,
    wayInGap: row.way_in_gap,
    entId: row.ent_id ?? undefined,
    marketCode: row.market_code,
  };
}
