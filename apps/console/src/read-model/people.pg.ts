import { Injectable } from '@nestjs/common';
import { CursorInvalid } from '#libs/http';
import { commitBehind, Database, together, type Transaction, UnitOfWork } from '#libs/persistence';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import { findPeople, type PersonRow, type Start } from './find-people.pg.js';
import { normalise } from './normalise.js';
import { Parameters } from './parameters.js';
import {
  accountsOfPeople,
  namesOfPeople,
  placesOfPeople,
  schoolsNamed,
} from './people-files.pg.js';
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
import { classes, placeSeen, placesOf, schoolVisible } from './places-seen.pg.js';
import { FrequentBeginnings, type Lead, leadOf, prefixRange } from './search-lead.pg.js';

/**
 * For the transaction of one search: plans that walk the indexes, in the order in which they are written, made once. What
 * PostgreSQL would believe of tables that it never analysed, or of a limit that it takes for more than there is, made it
 * read and sort all who bear a name.
 */
export const walkIndexes = {
  name: 'walk indexes',
  text: `select set_config('plan_cache_mode', 'force_generic_plan', true), ${[
    ...['sort', 'bitmapscan', 'seqscan', 'hashjoin', 'mergejoin', 'hashagg'],
  ]
    .map((one) => `set_config('enable_${one}', 'off', true)`)
    .join(
      ', ',
    )}, set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)`,
};

/** The people of the read model, whole: never shown without `maskPerson`. */
@Injectable()
export class People {
  private readonly frequent = new FrequentBeginnings();

  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly tables: ConsoleTables,
  ) {}

  /**
   * First who is found by the last name; one more than the limit where there are more. Throws CursorInvalid for a page
   * after somebody out of scope, whose name it would tell step by step, or whom the search does not find.
   * `beside`: what is written of them, sent behind what is read last and committed with it.
   */
  async find(scope: Scope, query: PeopleQuery, beside: Beside = () => none): Promise<PersonFile[]> {
    if (query.after !== undefined && !(await this.sees(scope, query.after))) {
      throw new CursorInvalid();
    }
    return this.unitOfWork.run(async (tx) => {
      const [, rows] = await together(tx.query(walkIndexes), this.found(tx, scope, query));
      return this.complete(tx, rows, scope, { ...query, beside });
    });
  }

  private async found(tx: Transaction, scope: Scope, query: PeopleQuery): Promise<PersonRow[]> {
    const lead = await leadOf(scope, query, tx, this.frequent);
    const after = query.after === undefined ? undefined : await startAfter(query.after, lead, tx);
    return tx.rows<PersonRow>(findPeople(scope, query, lead, after));
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
       from (select e.person_id, e.profile, ${classes} as classes
             from ${placesOf(parameters.add(place.uai), place, parameters)}) e
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

  /** Whoever is seen has places, accounts and relatives elsewhere too: what is out of scope is not read (SUP-1, SUP-3). */
  private async complete(
    tx: Transaction,
    rows: readonly PersonRow[],
    scope: Scope,
    { withoutRelatives = false, beside }: PeopleQuery & { beside: Beside },
  ): Promise<PersonFile[]> {
    const ids = rows.map((row) => row.person_id);
    const further = [...new Set(rows.flatMap((row) => row.further_uais))];
    const related = rows.flatMap((row) => [...row.guardian_ids, ...row.child_ids]);
    const sent = [
      tx.rows<EnrolmentFile & OfPerson & Seen>(placesOfPeople(ids, scope)),
      tx.rows<AccountFile & OfPerson>(accountsOfPeople(ids, scope)),
      further.length === 0 ? none : tx.rows<FurtherSchool & Seen>(schoolsNamed(further, scope)),
      withoutRelatives || related.length === 0
        ? none
        : tx.rows<Relation>(namesOfPeople(related, scope)),
      beside(tx, ids),
    ] as const;
    commitBehind(tx);
    const [places, accounts, schools, names] = await together(...sent);
    const nameOf = new Map(names.map((one) => [one.personId, one]));
    const known = (personIds: readonly string[]) => personIds.flatMap((id) => nameOf.get(id) ?? []);
    return rows.map((row) => {
      const own = places.filter(({ person_id }) => person_id === row.person_id);
      const beside = schools.filter(({ uai }) => row.further_uais.includes(uai));
      return {
        personId: row.person_id,
        lastName: row.last_name,
        firstName: row.first_name,
        birthDate: row.birth_date,
        furtherSchools: beside
          .filter(({ seen }) => seen)
          .map(({ uai, schoolName, commune }) => ({ uai, schoolName, commune })),
        isElsewhere: [...own, ...beside].some(({ seen }) => !seen),
        enrolments: own.flatMap(({ seen, ...place }) => (seen ? [place] : [])),
        accounts: accounts.filter(({ person_id }) => person_id === row.person_id),
        guardians: known(row.guardian_ids),
        children: known(row.child_ids),
      };
    });
  }
}

const none = Promise.resolve([]);
type Beside = (tx: Transaction, personIds: readonly string[]) => Promise<unknown>;

type OfPerson = { readonly person_id: string };
/** Whether it is in scope; nothing else is read of what is not. */
type Seen = { readonly seen: boolean };

async function startAfter(personId: string, lead: Lead, tx: Transaction): Promise<Start> {
  const [from, to] = lead.by === 'WORD' ? prefixRange(lead.word) : [null, null];
  const start = await tx.row<Start>(
    `select p.person_id as "personId", p.sort_name as "sortName", w.word, w.is_first_name as "isFirstName"
     from person p left join person_word w on w.person_id = p.person_id and w.word >= $2 and w.word < $3
     where p.person_id = $1 order by w.is_first_name, w.word limit 1`,
    [personId, from, to],
  );
  if (!start || (lead.by === 'WORD' && start.word === null)) throw new CursorInvalid();
  return start;
}
