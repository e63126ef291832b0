import { Injectable } from '@nestjs/common';
import {
  type AccountMoved,
  AccountState,
  type AccountStateChanged,
  type PersonChanged,
  Profile,
  type StructureChanged,
} from '#libs/contracts';
import { newestRevisions } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import { json } from './copied-rows.js';
import { divisionsOf } from './divisions.js';
import { normalise, sortNameOf, wordsOf } from './normalise.js';

/**
 * What the console copies of schools, people and their accounts. Every method takes a run of events, oldest first, and
 * writes it in one statement per kind of fact.
 */
@Injectable()
export class PeopleCopies {
  async structuresChanged(tx: Transaction, structures: readonly StructureChanged[]): Promise<void> {
    const rows = newestRevisions(structures, ({ uai }) => uai).map((structure) => ({
      uai: structure.uai,
      name: structure.name,
      normalised: normalise(`${structure.name} ${structure.commune}`),
      commune: structure.commune,
      insee: structure.insee,
      postal_code: structure.postalCode,
      revision: structure.revision,
    }));
    await tx.query(
      `insert into school select * from jsonb_to_recordset($1) as r
         (uai text, name text, normalised text, commune text, insee text, postal_code text, revision bigint)
       on conflict (uai) do update set name = excluded.name, normalised = excluded.normalised,
         commune = excluded.commune, insee = excluded.insee, postal_code = excluded.postal_code,
         revision = excluded.revision
       where school.revision < excluded.revision`,
      [json(rows)],
    );
  }

  async structuresErased(tx: Transaction, uais: readonly string[]): Promise<void> {
    await tx.query('delete from school where uai = any($1)', [uais]);
  }

  async peopleChanged(tx: Transaction, people: readonly PersonChanged[]): Promise<void> {
    const states = newestRevisions(people, ({ personId }) => personId);
    const { rows } = await tx.query<{ person_id: string }>(
      `insert into person select * from jsonb_to_recordset($1) as r
         (person_id text, last_name text, first_name text, birth_date date, child_ids text[], guardian_ids text[], revision bigint,
          further_uais text[], sort_name text)
       on conflict (person_id) do update set last_name = excluded.last_name, first_name = excluded.first_name,
         birth_date = excluded.birth_date, child_ids = excluded.child_ids, guardian_ids = excluded.guardian_ids,
         revision = excluded.revision, further_uais = excluded.further_uais, sort_name = excluded.sort_name
       where person.revision < excluded.revision
       returning person_id`,
      [json(states.map(personRow))],
    );
    const written = new Set(rows.map((row) => row.person_id));
    const changed = states.filter(({ personId }) => written.has(personId));
    const ids = [...written];
    await tx.query('delete from person_word where person_id = any($1)', [ids]);
    await tx.query('delete from enrolment where person_id = any($1)', [ids]);
    await tx.query(
      `insert into person_word select * from jsonb_to_recordset($1) as r
         (person_id text, word text, is_first_name boolean, sort_name text, birth_date date)`,
      [json(changed.flatMap(wordRows))],
    );
    await tx.query(
      `insert into enrolment select * from jsonb_to_recordset($1) as r
         (person_id text, position int, profile text, uai text, starts_on date, ends_on date, class_label text, level text,
          further_classes text[], groups text[], sort_name text)`,
      [json(changed.flatMap(enrolmentRows))],
    );
  }

  async peopleErased(tx: Transaction, personIds: readonly string[]): Promise<void> {
    await tx.query('delete from person where person_id = any($1)', [personIds]);
  }

  async accountsChanged(
    tx: Transaction,
    changes: readonly (AccountStateChanged | AccountMoved)[],
  ): Promise<void> {
    const rows = [...Map.groupBy(changes, ({ accountId }) => accountId).values()].map((of) => {
      const inOrder = of.toSorted((one, other) => Number(one.sequence - other.sequence));
      const change = inOrder.at(-1)!;
      const state = stateOf(change);
      const before = inOrder.findLastIndex((one) => stateOf(one) !== state);
      return {
        account_id: change.accountId,
        person_id: change.personId,
        profile: Profile[change.profile],
        state,
        // The first of the last ones that have its state; it holds since earlier where nothing else came before.
        since: inOrder[before + 1]!.effectiveOn,
        is_since_known: before >= 0,
        uai: change.uai,
        membership_id: change.membershipId,
        failure_code: 'toState' in change ? change.failureCode : '',
        sequence: change.sequence,
      };
    });
    await tx.query(
      `insert into account
       select r.account_id, r.person_id, r.profile, r.state,
         case when a.state = r.state and not r.is_since_known then a.since else r.since end,
         r.uai, r.membership_id, r.failure_code, r.sequence
       from jsonb_to_recordset($1) as r
         (account_id text, person_id text, profile text, state text, since date, is_since_known boolean, uai text, membership_id text, failure_code text, sequence bigint)
         left join account a using (account_id)
       on conflict (account_id) do update set state = excluded.state, since = excluded.since,
         uai = excluded.uai, membership_id = excluded.membership_id, failure_code = excluded.failure_code,
         sequence = excluded.sequence
       where account.sequence < excluded.sequence`,
      [json(rows)],
    );
  }
}

const stateOf = (change: AccountStateChanged | AccountMoved): string =>
  AccountState['toState' in change ? change.toState : change.state];

const personRow = (person: PersonChanged) => ({
  person_id: person.personId,
  last_name: person.lastName,
  first_name: person.firstName,
  birth_date: person.birthDate || null,
  child_ids: person.childIds,
  guardian_ids: person.guardianIds,
  revision: person.revision,
  further_uais: person.furtherSchools.flatMap(({ uai, period }) => (period?.endsOn ? [] : [uai])),
  sort_name: sortNameOf(person.lastName, person.firstName),
});

const wordRows = ({ personId, lastName, firstName, birthDate }: PersonChanged) => {
  const ofLastName = wordsOf(lastName);
  return wordsOf(`${lastName} ${firstName}`).map((word) => ({
    person_id: personId,
    word,
    is_first_name: !ofLastName.includes(word),
    sort_name: sortNameOf(lastName, firstName),
    birth_date: birthDate || null,
  }));
};

const enrolmentRows = ({ personId, lastName, firstName, enrolments, classLinks }: PersonChanged) =>
  enrolments.map((enrolment, position) => ({
    person_id: personId,
    position,
    profile: Profile[enrolment.profile],
    uai: enrolment.uai,
    starts_on: enrolment.period?.startsOn,
    ends_on: enrolment.period?.endsOn || null,
    class_label: enrolment.classLabel,
    level: enrolment.level,
    ...divisionsOf(enrolment, classLinks),
    sort_name: sortNameOf(lastName, firstName),
  }));
