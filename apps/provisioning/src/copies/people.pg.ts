import { Injectable } from '@nestjs/common';
import { type PersonChanged, Profile as ProfileNumber } from '#libs/contracts';
import type { ReceivedEvent } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import { ownLabelOf, personClassesOf } from './person-classes.js';
import { academicMailOf, type AcademyPrefixes, externalIdsOf } from './way-in-names.js';

/** The personal copy, whole states replaced; whoever changed is marked for assessment. */
@Injectable()
export class People {
  constructor(private readonly prefixes: AcademyPrefixes) {}

  async replace(tx: Transaction, told: readonly ReceivedEvent<PersonChanged>[]): Promise<void> {
    const { events, newer, again } = await this.newOf(tx, told);
    const latest = [...new Map([...again, ...newer].map((each) => [each.key, each])).values()];
    if (latest.length === 0) return this.countImported(tx, events);
    await tx.query(
      `insert into person (person_id, last_name, first_name, birth_date, source_key, revision, child_ids, external_ids, academic_mail)
       select person_id, last_name, first_name, birth_date, source_key, revision,
              array(select jsonb_array_elements_text(child_ids)::uuid), external_ids, academic_mail
       from jsonb_to_recordset($1) as x(person_id uuid, last_name text, first_name text, birth_date text,
         source_key text, revision bigint, child_ids jsonb, external_ids jsonb, academic_mail text)
       on conflict (person_id) do update set (last_name, first_name, birth_date, source_key, revision, child_ids, external_ids, academic_mail, is_outdated) =
         (excluded.last_name, excluded.first_name, excluded.birth_date, excluded.source_key, excluded.revision, excluded.child_ids,
          excluded.external_ids, excluded.academic_mail, false)`,
      [JSON.stringify(latest.map(({ body }) => personRow(body, this.prefixes)))],
    );
    await tx.query('delete from person_enrolment where person_id = any($1::uuid[])', [
      latest.map(({ key }) => key),
    ]);
    await tx.query(
      `insert into person_enrolment (person_id, ordinal, profile, uai, starts_on, ends_on, class_label, level)
       select * from jsonb_to_recordset($1) as x(person_id uuid, ordinal integer, profile text, uai text,
         starts_on date, ends_on date, class_label text, level text)`,
      [JSON.stringify(latest.flatMap(({ body }) => enrolmentRows(body)))],
    );
    await this.replaceClasses(tx, latest);
    await this.mark(tx, latest, 'IMPORT', again);
    await this.countImported(tx, events);
  }

  private async replaceClasses(
    tx: Transaction,
    latest: readonly ReceivedEvent<PersonChanged>[],
  ): Promise<void> {
    await tx.query('delete from person_class where person_id = any($1::uuid[])', [
      latest.map(({ key }) => key),
    ]);
    const rows = latest.flatMap(({ body }) => classRows(body));
    if (rows.length === 0) return;
    await tx.query(
      `insert into person_class (person_id, ordinal, profile, uai, class_label, starts_on, ends_on)
       select * from jsonb_to_recordset($1) as x(person_id uuid, ordinal integer, profile text, uai text, class_label text,
         starts_on date, ends_on date)`,
      [JSON.stringify(rows)],
    );
  }

  /**
   * A state that is here already, since it was announced again, changes nothing; its import has counted it. `again`: those
   * of them whose copy was made by a rule of before. An older one is counted and changes nothing either: `newer` are those
   * that do.
   */
  private async newOf(tx: Transaction, told: readonly ReceivedEvent<PersonChanged>[]) {
    const { rows } = await tx.query<{ person_id: string; revision: bigint; is_outdated: boolean }>(
      'select person_id, revision, is_outdated from person where person_id = any($1::uuid[])',
      [[...new Set(told.map(({ key }) => key))]],
    );
    const known = new Map(rows.map((row) => [row.person_id, Number(row.revision)]));
    const outdated = new Set(
      rows.flatMap(({ person_id, is_outdated }) => (is_outdated ? [person_id] : [])),
    );
    const again = told.filter(
      ({ key, body: { revision } }) => outdated.has(key) && known.get(key) === revision,
    );
    const events: ReceivedEvent<PersonChanged>[] = [];
    const newer: ReceivedEvent<PersonChanged>[] = [];
    for (const event of told) {
      const { key, body } = event;
      const revision = known.get(key);
      if (revision === body.revision) continue;
      events.push(event);
      if (revision !== undefined && revision > body.revision) continue;
      known.set(key, body.revision);
      newer.push(event);
    }
    return { events, newer, again };
  }

  /** The names go at once; the account, which knows identifiers only, goes its closing path. */
  async erase(tx: Transaction, events: readonly ReceivedEvent<undefined>[]): Promise<void> {
    await tx.query('delete from person where person_id = any($1::uuid[])', [
      events.map(({ key }) => key),
    ]);
    await this.mark(tx, events, 'IMPORT');
  }

  /**
   * Due on the day the service stands at where that is ahead of the event: the days in between have
   * passed without these enrolments (MKT-4).
   */
  private async mark(
    tx: Transaction,
    events: readonly ReceivedEvent<PersonChanged | undefined>[],
    cause: string,
    again: readonly ReceivedEvent<PersonChanged>[] = [],
  ): Promise<void> {
    const settled = new Set<unknown>(again);
    await tx.query(
      `with today as materialized (select platform.business_date() as day)
       insert into person_mark (person_id, due_on, import_id, cause)
       select distinct person_id, greatest(x.told_on, today.day),
         case when i.settled then '' else x.import_id end, $4
       from unnest($1::uuid[], $2::date[], $3::text[]) as x(person_id, told_on, import_id)
       cross join today left join import_progress i using (import_id)
       on conflict (person_id, due_on, import_id) do update set cause = excluded.cause`,
      [
        events.map(({ key }) => key),
        events.map(({ businessDate }) => businessDate),
        // What is copied again waits for no import.
        events.map((each) => (settled.has(each) ? '' : (each.body?.importId ?? ''))),
        cause,
      ],
    );
  }

  private async countImported(
    tx: Transaction,
    events: readonly ReceivedEvent<PersonChanged>[],
  ): Promise<void> {
    const counts = new Map<string, { count: number; on: string }>();
    for (const { body, businessDate } of events) {
      if (body.importId === '') continue;
      const known = counts.get(body.importId);
      counts.set(body.importId, { count: (known?.count ?? 0) + 1, on: known?.on ?? businessDate });
    }
    if (counts.size === 0) return;
    await tx.query(
      `insert into import_progress (import_id, consumed, first_seen_on)
       select * from unnest($1::text[], $2::bigint[], $3::date[]) as x(import_id, n, seen) order by import_id
       on conflict (import_id) do update set consumed = import_progress.consumed + excluded.consumed`,
      [
        [...counts.keys()],
        [...counts.values()].map(({ count }) => count),
        [...counts.values()].map(({ on }) => on),
      ],
    );
    await settleImports(tx, [...counts.keys()]);
  }
}

/** Records what an import says of itself; its own count or a later import may settle it. */
export async function completeImport(
  tx: Transaction,
  imports: readonly { importId: string; expected: number; on: string }[],
): Promise<void> {
  for (const { importId, expected, on } of imports) {
    await tx.query(
      `insert into import_progress (import_id, expected, first_seen_on, completion_order)
       values ($1, $2, $3, nextval('import_completion_order'))
       on conflict (import_id) do update set expected = excluded.expected,
         completion_order = coalesce(import_progress.completion_order, excluded.completion_order)`,
      [importId, expected, on],
    );
  }
  await settleImports(
    tx,
    imports.map(({ importId }) => importId),
  );
}

/**
 * An import is settled when all its events are here; an earlier one, which compaction may have made
 * incomplete for ever, when a later one is. Then its people may be assessed.
 */
async function settleImports(tx: Transaction, importIds: readonly string[]): Promise<void> {
  const { rows } = await tx.query<{ import_id: string }>(
    `with complete as (
       select completion_order, first_seen_on from import_progress where expected is not null and consumed >= expected
     )
     update import_progress i set settled = true
     where not settled and ((expected is not null and consumed >= expected) or exists (
       select from complete c where c.completion_order > i.completion_order
         or (i.completion_order is null and c.first_seen_on > i.first_seen_on)))
     returning import_id`,
  );
  // One that another partition's transaction settled while these marks were being written, too.
  const { rows: before } = await tx.query<{ import_id: string }>(
    'select import_id from import_progress where settled and import_id = any($1)',
    [importIds],
  );
  const settled = [...new Set([...rows, ...before].map(({ import_id }) => import_id))];
  if (settled.length === 0) return;
  await tx.query(
    `insert into person_mark (person_id, due_on, import_id, cause)
     select person_id, due_on, '', min(cause) from person_mark where import_id = any($1) group by person_id, due_on
     order by person_id
     on conflict (person_id, due_on, import_id) do update set cause = excluded.cause`,
    [settled],
  );
  await tx.query('delete from person_mark where import_id = any($1)', [settled]);
}

function personRow(person: PersonChanged, prefixes: AcademyPrefixes) {
  return {
    person_id: person.personId,
    last_name: person.lastName,
    first_name: person.firstName,
    birth_date: person.birthDate,
    source_key: person.sourceKey,
    revision: person.revision.toString(),
    child_ids: person.childIds,
    external_ids: externalIdsOf(person, prefixes),
    academic_mail: academicMailOf(person),
  };
}

function enrolmentRows(person: PersonChanged) {
  return person.enrolments.map((enrolment, ordinal) => ({
    person_id: person.personId,
    ordinal,
    profile: ProfileNumber[enrolment.profile],
    uai: enrolment.uai,
    starts_on: enrolment.period?.startsOn ?? '',
    ends_on: enrolment.period?.endsOn || null,
    class_label: ownLabelOf(enrolment),
    level: enrolment.level,
  }));
}

function classRows(person: PersonChanged) {
  return personClassesOf(person).map(({ startsOn, endsOn, classLabel, ...at }, ordinal) => ({
    ...{ ...at, person_id: person.personId, ordinal, class_label: classLabel },
    ...{ starts_on: startsOn, ends_on: endsOn || null },
  }));
}
