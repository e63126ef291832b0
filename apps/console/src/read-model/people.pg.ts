import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import {
  findPeople,
  Parameters,
  type PersonRow,
  placeSeen,
  schoolFinanced,
} from './find-people.pg.js';
import { normalise } from './normalise.js';
import type {
  AccountFile,
  EnrolmentFile,
  PeopleQuery,
  PersonFile,
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

  /** In the order of names; one more than the limit where there are more. */
  async find(scope: Scope, query: PeopleQuery): Promise<PersonFile[]> {
    const { text, values } = findPeople(scope, query);
    const { rows } = await this.database.query<PersonRow>(text, values);
    return this.#complete(rows, scope);
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
    const parameters = new Parameters();
    const guardians = parameters.add(rows.flatMap((row) => row.guardian_ids));
    const children = parameters.add(rows.flatMap((row) => row.child_ids));
    // A guardian has children in other schools too: a head is told of its own pupils (SUP-3).
    const isTold =
      scope.kind === 'SCHOOLS'
        ? ` and exists (${placeSeen(scope, 'p.person_id', parameters)})`
        : '';
    const [enrolments, accounts, names] = await Promise.all([
      this.database.query<EnrolmentFile & { person_id: string }>(
        `select e.person_id, e.profile, e.uai, coalesce(s.name, e.uai) as "schoolName", coalesce(s.commune, '') as commune,
           e.class_label as "classLabel", e.level, e.starts_on as "startsOn", e.ends_on as "endsOn"
         from enrolment e left join school s using (uai) where e.person_id = any($1)
         order by e.person_id, e.ends_on is not null, e.starts_on desc, e.position`,
        [ids],
      ),
      this.database.query<AccountFile & { person_id: string }>(
        `select person_id, account_id as "accountId", profile, state, since, uai, failure_code as "failureCode"
         from account where person_id = any($1) order by person_id, state = 'DELETED', since desc, account_id`,
        [ids],
      ),
      this.database.query<Relation>(
        `select p.person_id as "personId", p.last_name as "lastName", p.first_name as "firstName"
         from person p where p.person_id = any(${guardians}) or (p.person_id = any(${children})${isTold})`,
        parameters.values,
      ),
    ]);
    const nameOf = new Map(names.rows.map((one) => [one.personId, one]));
    const known = (personIds: readonly string[]) => personIds.flatMap((id) => nameOf.get(id) ?? []);
    return rows.map((row) => ({
      personId: row.person_id,
      lastName: row.last_name,
      firstName: row.first_name,
      birthDate: row.birth_date,
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
