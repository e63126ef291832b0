import { PLACES, statedBy } from '../synchronisation/synchronisation.module.js';
import type { Place } from './domain/unmerged-places.js';

export type MergeRow = {
  survivor_id: string;
  absorbed_id: string;
  survivor_places: Place[];
  absorbed_places: Place[];
  absorbed_stated: string[];
  ended_places: Record<string, string>;
};

/** $1: merge, $2: pair, $3: survivor, $4: absorbed, $5: day, $6: who. */
export const KEEP_MERGE = `
  insert into person_merge (merge_id, pair_id, survivor_id, absorbed_id, merged_on, merged_by, survivor_places, absorbed_places,
    survivor_stated, absorbed_stated, survivor_person, survivor_ine, absorbed_ine, survivor_left_on, absorbed_left_on)
  select $1, $2, s.person_id, a.person_id, $5, $6, ${PLACES('s.person_id')}, ${PLACES('a.person_id')},
    ${statedBy('s.person_id')}, ${statedBy('a.person_id')}, to_jsonb(s), s.ine_hash, a.ine_hash, s.left_on, a.left_on
  from person s, person a where s.person_id = $3 and a.person_id = $4`;

/** In order. $1: merge, $2: survivor, $3: absorbed. */
export const ABSORB_KEYS: readonly string[] = [
  `insert into merged_link (merge_id, child_id, guardian_id, relation)
   select $1::uuid, child_id, guardian_id, relation from guardian_link where child_id = $2::uuid and $3::uuid is not null`,
  `insert into merged_key (merge_id, source, source_key)
   select $1::uuid, source, source_key from person_key where person_id = $3::uuid and $2::uuid is not null`,
  `update person_key k set person_id = $2 from merged_key m
   where m.merge_id = $1 and k.source = m.source and k.source_key = m.source_key and k.person_id = $3`,
  `update stated_person s set person_id = $2 from merged_key m
   where m.merge_id = $1 and s.source = m.source and s.source_key = m.source_key and s.person_id = $3`,
];

/** Whom an import took for the survivor never was anybody, and comes now. $1: merge. */
export const BRING_NEWCOMER = `
  insert into person (person_id, source, source_key, last_name, first_name, birth_date, academic_identifier, revision)
  select m.absorbed_id, w.source, w.source_key, w.last_name, w.first_name, w.birth_date, w.academic_identifier, 1
  from person_merge m, jsonb_populate_record(null::person, m.absorbed_person) w
  where m.merge_id = $1 and m.absorbed_person is not null`;

/**
 * In order. $1: merge. Back go the identifiers that came, and those that have come since by the number that was the
 * absorbed one's.
 */
export const RETURN_KEYS: readonly string[] = [
  `insert into merged_key (merge_id, source, source_key)
   select m.merge_id, s.source, s.source_key from person_merge m join stated_person s on s.person_id = m.survivor_id
   where m.merge_id = $1 and s.ine_hash = m.absorbed_ine and m.survivor_ine is distinct from m.absorbed_ine
   on conflict do nothing`,
  `update person_key k set person_id = m.absorbed_id from person_merge m join merged_key c using (merge_id)
   where m.merge_id = $1 and k.source = c.source and k.source_key = c.source_key and k.person_id = m.survivor_id`,
  `update stated_person s set person_id = m.absorbed_id from person_merge m join merged_key c using (merge_id)
   where m.merge_id = $1 and s.source = c.source and s.source_key = c.source_key and s.person_id = m.survivor_id`,
];

/**
 * In order. $1: merge. Once the identifiers are back: whom nobody states any more is who it was, or it would go on under
 * the other one's name.
 */
export const RETURN_NAMES: readonly string[] = [
  `update person p set (source, source_key, last_name, first_name, birth_date, academic_identifier) = (
     select w.source, w.source_key, w.last_name, w.first_name, w.birth_date, w.academic_identifier
     from jsonb_populate_record(p, m.survivor_person) w)
   from person_merge m where m.merge_id = $1 and p.person_id = m.survivor_id
     and not exists (select from stated_person s where s.person_id = p.person_id)`,
  'update person_merge set survivor_person = null, absorbed_person = null where merge_id = $1',
];

const NOBODY_STATES = (person: string): string =>
  `not exists (select from stated_person s where s.person_id = ${person})`;

/**
 * In order. $1: merge. Once the identifiers are back: links follow from what is stated of the child; those of a leaver stay,
 * and are its own.
 */
export const RETURN_LINKS: readonly string[] = [
  `delete from guardian_link l using person_merge m
   where m.merge_id = $1 and l.child_id = m.survivor_id and ${NOBODY_STATES('m.survivor_id')}`,
  `insert into guardian_link (child_id, guardian_id, relation)
   select distinct on (l.child_id, g.person_id) l.child_id, g.person_id, l.relation
   from merged_link l left join person_key k on k.source = l.source and k.source_key = l.guardian_key
   join person g on g.person_id = coalesce(k.person_id, l.guardian_id)
   where l.merge_id = $1 and ${NOBODY_STATES('l.child_id')} order by 1, 2, l.relation
   on conflict do nothing`,
  'delete from merged_link where merge_id = $1',
];

/** $1: the person, $2: its places as JSON. */
export const WRITE_PLACES = `
  insert into enrolment (person_id, profile, uai, starts_on, ends_on, class_id, class_label, level, is_head, post, classes, groups)
  select $1::uuid, profile, uai, "startsOn", "endsOn", "classId", "classLabel", level, "isHead",
    nullif(post, 'null'), nullif(classes, 'null'), nullif(groups, 'null')
  from jsonb_to_recordset($2::jsonb) as p(profile text, uai text, "startsOn" date, "endsOn" date, "classId" text,
    "classLabel" text, level text, "isHead" boolean, post jsonb, classes jsonb, groups jsonb)`;

/** Who is linked to them, and is told another list of relatives. $1: people. */
export const RELATIVES = `
  select l.guardian_id as person_id from guardian_link l where l.child_id = any($1::uuid[])
  union
  select l.child_id from guardian_link l where l.guardian_id = any($1::uuid[])`;

/** Of `person_merge m`: where both were, and the survivor is, is in these schools and nowhere else. */
export const IS_MERGE_WITHIN = (uais: string): string => `(
  exists (select from enrolment e where e.person_id = m.survivor_id and e.ends_on is null)
  and not exists (select from enrolment e where e.person_id = m.survivor_id and e.ends_on is null and e.uai <> all(${uais}))
  and not exists (select from jsonb_to_recordset(m.absorbed_places) as p(uai text, "endsOn" date)
    where p."endsOn" is null and p.uai <> all(${uais})))`;
