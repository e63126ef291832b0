import type { Transaction } from '#libs/persistence';
import { asRemarked } from '../synchronisation/synchronisation.module.js';

/** An identifier of a source that led to somebody who is erased. */
export type SourceKey = {
  readonly person_id: string;
  readonly source: string;
  readonly source_key: string;
};

const gone = `gone as (select * from unnest($1::uuid[], $2::text[], $3::text[] collate "C") as g (person_id, source, source_key))`;

type HeldTable = 'held_statement' | 'held_before';

/** By index, key by key: the pupils whose held statement names one of them as a guardian. */
const naming = (
  table: HeldTable,
) => `select g.person_id, g.source_key as key, h.source, h.source_key from gone g cross join lateral (
  select h.source, h.source_key from ${table} h
  where h.refers @> array[g.source_key] and h.source = g.source and h.entity = 1
    and exists (select from jsonb_array_elements_text(h.attributes -> 'ENTEleveAutoriteParentale') v where btrim(split_part(v, '$', 1)) = g.source_key)
  offset 0) h`;

/** What was said of pupils before a merge and after, of those that name one of them as a guardian: a few, all read. */
const saidBefore = `select distinct g.person_id, b.source, b.source_key, b.step
  from stated_before b cross join lateral jsonb_array_elements(b.statement -> 'links') l
  join gone g on g.source = b.source and g.source_key = l ->> 'guardianKey'`;

const namedIn = (table: HeldTable) =>
  `select source, source_key, array_agg(key) as keys from (${naming(table)}) n group by 1, 2`;

const withoutGuardians = `
     -- A school may bear the same key.
     refers = array(select r from unnest(h.refers) as r where r <> all(n.keys) or h.attributes -> 'ENTPersonStructRattach' ? r),
     attributes = jsonb_set(h.attributes, '{ENTEleveAutoriteParentale}', coalesce((
       select jsonb_agg(v) from jsonb_array_elements_text(h.attributes -> 'ENTEleveAutoriteParentale') v
       where btrim(split_part(v, '$', 1)) <> all(n.keys)), '[]'))
   from named n where h.source = n.source and h.entity = 1 and h.source_key = n.source_key`;

const forget: readonly string[] = [
  `with ${gone}, named as (${namedIn('held_statement')}) update held_statement h set ${withoutGuardians}`,
  `with ${gone}, named as (${namedIn('held_before')}) update held_before h set ${withoutGuardians}`,
  // What a source said of a pupil before, kept to undo merges by.
  `with ${gone}
   update stated_before b set statement = jsonb_set(b.statement, '{links}', coalesce((
     select jsonb_agg(l) from jsonb_array_elements(b.statement -> 'links') l
     where not exists (select from gone g where g.source = b.source and g.source_key = l ->> 'guardianKey')), '[]'))
   from (${saidBefore}) n where b.source = n.source and b.source_key = n.source_key and b.step = n.step`,
  `with ${gone}
   delete from remark_line l using gone g, directory_import i
   where i.source = g.source and l.import_id = i.import_id and l.subject = any(${asRemarked('g.source_key')})`,
  // What is not decided yet is executed as it was planned; it goes when it expires.
  `with ${gone}
   delete from plan_change c using gone g, directory_import i, plan p
   where i.source = g.source and i.state in ('COMPLETED', 'REFUSED') and p.import_id = i.import_id and c.plan_id = p.plan_id
     and c.source_key = g.source_key`,
];

/** What should say none of them any more. */
const placesLeft = `
  with ${gone},
  said as (
    select n.person_id, 'public.held_statement.attributes' as place from (${naming('held_statement')}) n
    union all select n.person_id, 'public.held_before.attributes' from (${naming('held_before')}) n
    union all select g.person_id, 'public.held_statement.source_key' from gone g
      join held_statement h on h.source = g.source and h.entity > 0 and h.source_key = g.source_key
    union all select g.person_id, 'public.held_before.source_key' from gone g
      join held_before h on h.source = g.source and h.entity > 0 and h.source_key = g.source_key
    union all select g.person_id, 'public.stated_person.source_key' from gone g join stated_person s using (source, source_key)
    union all select g.person_id, 'public.stated_link.guardian_key' from gone g
      join stated_link l on l.source = g.source and l.guardian_key = g.source_key
    union all select g.person_id, 'public.stated_link.child_key' from gone g
      join stated_link l on l.source = g.source and l.child_key = g.source_key
    union all select g.person_id, 'public.class_link.source_key' from gone g join class_link l using (source, source_key)
    union all select g.person_id, 'public.merged_key.source_key' from gone g join merged_key m using (source, source_key)
    union all select g.person_id, 'public.stated_before.source_key' from gone g join stated_before b using (source, source_key)
    union all select n.person_id, 'public.stated_before.statement' from (${saidBefore}) n)
  update erasure e set keys_left = l.places from (
    select person_id, jsonb_object_agg(place, rows) as places
    from (select person_id, place, count(*) as rows from said group by 1, 2) s group by 1) l
  where e.person_id = l.person_id`;

const named = (keys: readonly SourceKey[]) => [
  keys.map(({ person_id }) => person_id),
  keys.map(({ source }) => source),
  keys.map(({ source_key }) => source_key),
];

export async function keysOf(
  tx: Transaction,
  personIds: readonly string[],
): Promise<readonly SourceKey[]> {
  const { rows } = await tx.query<SourceKey>(
    'select person_id, source, source_key from person_key where person_id = any($1::uuid[])',
    [personIds],
  );
  return rows;
}

/** Takes the keys of who is erased out of what is said of others, and of imports (SUP-4). */
export async function forgetKeys(tx: Transaction, keys: readonly SourceKey[]): Promise<void> {
  for (const sql of forget) await tx.query(sql, named(keys));
}

/** Keeps with each erasure where one of its keys is still said, while they are known: the proof tells it. No key is kept. */
export async function noteKeysLeft(tx: Transaction, keys: readonly SourceKey[]): Promise<void> {
  await tx.query(placesLeft, named(keys));
}
