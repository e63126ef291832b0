import { Injectable } from '@nestjs/common';
import { CursorInvalid } from '#libs/http';
import { Database } from '#libs/persistence';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import {
  CLASSES,
  findPeople,
  Parameters,
  type PersonRow,
  placeSeen,
  placesNow,
  schoolFinanced,
} from './find-people.pg.js';
import { normalise } from './normalise.js';
import type {
  AccountFile,
  EnrolmentFile,
  FurtherSchool,
  PeopleQuery,
  PersonFile,
  PlacesOfClass,
  PresentPlace,
  Relation,
  SchoolFile,
  Scope,
} from './person-file.js';

/** The people of the read model, whole: never shown without `maskPerson`. */
@Injectable()
export class People {
  constructor(
    private readonly database: Database,
    private readonly tables: ConsoleTables,
  ) {}

  /**
   * In the order of names; one more than the limit where there are more. Throws CursorInvalid for a page after
   * somebody out of scope, whose name it would tell step by step.
   */
  async find(scope: Scope, query: PeopleQuery): Promise<PersonFile[]> {
    if (query.after !== undefined && !(await this.sees(scope, query.after))) {
      throw new CursorInvalid();
    }
    const { text, values } = findPeople(scope, query);
    const { rows } = await this.database.query<PersonRow>(text, values);
    return this.#complete(rows, scope);
  }

  /** Whether the person is in scope. */
  async sees(scope: Scope, personId: string): Promise<boolean> {
    const parameters = new Parameters();
    const place = placeSeen(scope, parameters.add(personId), parameters);
    const { rows } = await this.database.query(`${place} limit 1`, parameters.values);
    return rows.length > 0;
  }

  /** Those of the schools that are in scope. */
  async schoolsSeen(scope: Scope, uais: readonly string[]): Promise<ReadonlySet<string>> {
    const parameters = new Parameters();
    const { rows } = await this.database.query<{ uai: string }>(
      `select s.uai from unnest(${parameters.add(uais)}::text[]) as s(uai) where ${schoolVisible(scope, 's.uai', parameters)}`,
      parameters.values,
    );
    return new Set(rows.map(({ uai }) => uai));
  }

  async schools(scope: Scope, words: string, limit: number): Promise<SchoolFile[]> {
    const parameters = new Parameters();
    const uai = parameters.add(words.trim().toUpperCase());
    const conditions = normalise(words)
      .split(' ')
      .map((word) => `s.normalised like ${parameters.add(`%${word}%`)}`);
    const { rows } = await this.database.query<SchoolFile>(
      `select s.uai, s.name, s.commune, s.postal_code as "postalCode" from school s
       where (s.uai = ${uai} or (${conditions.join(' and ')})) and ${schoolVisible(scope, 's.uai', parameters)}
       order by s.commune, s.name, s.uai limit ${parameters.add(limit)}`,
      parameters.values,
    );
    return rows;
  }

  async school(scope: Scope, uai: string): Promise<SchoolFile | undefined> {
    const parameters = new Parameters();
    const { rows } = await this.database.query<SchoolFile>(
      `select s.uai, s.name, s.commune, s.postal_code as "postalCode" from school s
       where s.uai = ${parameters.add(uai)} and ${schoolVisible(scope, 's.uai', parameters)}`,
      parameters.values,
    );
    return rows[0];
  }

  /** Who is in a school now, counted by profile (an empty class) and by each class: who has several is in each. */
  async countByClass(place: PresentPlace): Promise<PlacesOfClass[]> {
    const parameters = new Parameters();
    const { rows } = await this.database.query<PlacesOfClass>(
      `select e.profile, c.label as "classLabel", count(distinct e.person_id)::int as people
       from (select e.person_id, e.profile, ${CLASSES} as classes from ${placesNow(place, parameters)}) e
       cross join lateral (select '' as label union select unnest(e.classes)) c
       group by 1, 2 order by 1, 2`,
      parameters.values,
    );
    return rows;
  }

  /** The person of an account, or undefined. */
  async ofAccount(accountId: string): Promise<string | undefined> {
    const account = await this.tables.read.account.findUnique({
      where: { accountId },
      select: { personId: true },
    });
    return account?.personId;
  }

  /** The id itself, where it is a person's; whoever asks. */
  async known(personId: string): Promise<string | undefined> {
    const person = await this.tables.read.person.findUnique({
      where: { personId },
      select: { personId: true },
    });
    return person?.personId;
  }

  async #complete(rows: readonly PersonRow[], scope: Scope): Promise<PersonFile[]> {
    const ids = rows.map((row) => row.person_id);
    const related = rows.flatMap((row) => [...row.guardian_ids, ...row.child_ids]);
    // Whoever is seen has places, accounts and relatives elsewhere too: what is out of scope is not read (SUP-1, SUP-3).
    const [ofPlaces, ofAccounts, ofRelatives, ofSchools] = [
      new Parameters(),
      new Parameters(),
      new Parameters(),
      new Parameters(),
    ];
    const [enrolments, accounts, names, schools] = await Promise.all([
      this.database.query<EnrolmentFile & { person_id: string }>(
        `select e.person_id, e.profile, e.uai, coalesce(s.name, e.uai) as "schoolName", coalesce(s.commune, '') as commune,
           e.class_label as "classLabel", e.level, e.further_classes as "furtherClasses", e.groups,
           e.starts_on as "startsOn", e.ends_on as "endsOn"
         from enrolment e left join school s using (uai)
         where e.person_id = any(${ofPlaces.add(ids)}) and ${schoolVisible(scope, 'e.uai', ofPlaces)}
         order by e.person_id, e.ends_on is not null, e.starts_on desc, e.position`,
        ofPlaces.values,
      ),
      this.database.query<AccountFile & { person_id: string }>(
        `select person_id, account_id as "accountId", profile, state, since, failure_code as "failureCode",
           case when ${schoolVisible(scope, 'a.uai', ofAccounts)} then uai else '' end as uai
         from account a where person_id = any(${ofAccounts.add(ids)})
         order by person_id, state = 'DELETED', since desc, account_id`,
        ofAccounts.values,
      ),
      this.database.query<Relation>(
        `select p.person_id as "personId", p.last_name as "lastName", p.first_name as "firstName"
         from person p where p.person_id = any(${ofRelatives.add(related)})
           and exists (${placeSeen(scope, 'p.person_id', ofRelatives)})`,
        ofRelatives.values,
      ),
      this.database.query<FurtherSchool & { person_id: string; further: boolean; seen: boolean }>(
        `select h.person_id, h.uai, h.further, coalesce(s.name, h.uai) as "schoolName", coalesce(s.commune, '') as commune,
           ${schoolVisible(scope, 'h.uai', ofSchools)} as seen
         from (select person_id, uai, false as further from enrolment
                where person_id = any(${ofSchools.add(ids)}) and ends_on is null and profile <> 'RELATIVE'
               union select person_id, unnest(further_uais), true from person where person_id = any(${ofSchools.add(ids)})) h
         left join school s using (uai) order by h.person_id, commune, "schoolName", h.uai`,
        ofSchools.values,
      ),
    ]);
    const nameOf = new Map(names.rows.map((one) => [one.personId, one]));
    const known = (personIds: readonly string[]) => personIds.flatMap((id) => nameOf.get(id) ?? []);
    return rows.map((row) => ({
      personId: row.person_id,
      lastName: row.last_name,
      firstName: row.first_name,
      birthDate: row.birth_date,
      furtherSchools: schools.rows.flatMap(
        ({ person_id, further, seen, uai, schoolName, commune }) =>
          person_id === row.person_id && further && seen ? [{ uai, schoolName, commune }] : [],
      ),
      isElsewhere: schools.rows.some(({ person_id, seen }) => person_id === row.person_id && !seen),
      enrolments: enrolments.rows.filter(({ person_id }) => person_id === row.person_id),
      accounts: accounts.rows.filter(({ person_id }) => person_id === row.person_id),
      guardians: known(row.guardian_ids),
      children: known(row.child_ids),
    }));
  }
}

function schoolVisible(scope: Scope, uai: string, parameters: Parameters): string {
  if (scope.kind === 'SCHOOLS') return `${uai} = any(${parameters.add(scope.uais)})`;
  return `exists (${schoolFinanced(scope.markets, uai, parameters)})`;
}
