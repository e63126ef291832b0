import { KEEP_SIDES } from '../synchronisation/synchronisation.module.js';

/** In order. $1: merge, $2: pair, $3: survivor, $4: absorbed, $5: day, $6: who. */
export const keepMerge = `
  with at as materialized (select nextval('merge_step') as step),
  ${KEEP_SIDES('select unnest(array[$3, $4]::uuid[]) as person_id, step from at')}
  insert into person_merge (merge_id, pair_id, survivor_id, absorbed_id, merged_on, merged_by, step, absorbed_uais)
  select $1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::date, $6, at.step,
    array(select distinct e.uai from enrolment e where e.person_id = $4::uuid and e.ends_on is null)
  from at`;

/** In order. $1: merge, $2: survivor, $3: absorbed. */
export const absorbKeys: readonly string[] = [
  `insert into merged_key (merge_id, source, source_key)
   select $1::uuid, source, source_key from person_key where person_id = $3::uuid and $2::uuid is not null`,
  `update person_key k set person_id = $2 from merged_key m
   where m.merge_id = $1 and k.source = m.source and k.source_key = m.source_key and k.person_id = $3`,
  `update stated_person s set person_id = $2 from merged_key m
   where m.merge_id = $1 and s.source = m.source and s.source_key = m.source_key and s.person_id = $3`,
  // A number leads to one person: to the one whose identifier states it.
  `update person set ine_hash = null where person_id = $3::uuid and $1::uuid is not null and $2::uuid is not null`,
];

/** Numbers that identifiers are stated with, or were while a merge may be undone. */
const saidNumbers = `
  select source, source_key, ine_hash from stated_person
  union all select source, source_key, statement ->> 'ine' from stated_before`;

/**
 * In order. $1: merge. Back go the identifiers that came, and those that have come since by a number that the absorbed one
 * had or was stated with, and the survivor was not.
 */
export const returnKeys: readonly string[] = [
  // Whom an import knew by a number while the two were one follows it (DIR-2): what the import made of them goes first.
  `with gone as (
     delete from person_merge o using person_merge m, doubtful_pair q
     where m.merge_id = $1 and o.survivor_id = m.survivor_id and o.by_import and o.undone_on is null and o.step > m.step
       and q.pair_id = o.pair_id and 'INE_EQUAL' = any(q.reasons)
       and exists (
         select from merged_key k join (${saidNumbers}) n using (source, source_key)
         where k.merge_id = o.merge_id and n.ine_hash is distinct from (
             select v.person ->> 'ine_hash' from person_side v where v.person_id = m.survivor_id)
           and n.ine_hash in (
             select v.person ->> 'ine_hash' from person_side v where v.person_id = m.absorbed_id
             union all
             select a.ine_hash from merged_key c join (${saidNumbers}) a using (source, source_key) where c.merge_id = m.merge_id))
     returning o.pair_id)
   delete from doubtful_pair q using gone where q.pair_id = gone.pair_id`,
  `with own as (
     select k.source, k.source_key, c.merge_id is not null as is_absorbed, c.merge_id is null and not (f.statement is null and f.step is not null) as is_survivors
     from person_merge m join person_key k on k.person_id = m.survivor_id
     left join merged_key c on c.merge_id = m.merge_id and c.source = k.source and c.source_key = k.source_key
     left join lateral (select b.step, b.statement from stated_before b
       where b.source = k.source and b.source_key = k.source_key and b.step > m.step order by b.step limit 1) f on true
     where m.merge_id = $1 and not exists (
       select from person_merge o join merged_key q using (merge_id)
       where o.survivor_id = m.survivor_id and o.undone_on is null and q.source = k.source and q.source_key = k.source_key)),
   number as (
     select o.*, s.ine_hash from own o join (${saidNumbers}) s using (source, source_key)),
   taken as (
     select n.ine_hash from number n where n.is_survivors and n.ine_hash is not null
     union select s.person ->> 'ine_hash' from person_merge m join person_side s on s.person_id = m.survivor_id where m.merge_id = $1),
   given as (
     select n.ine_hash from number n where n.is_absorbed
     union select s.person ->> 'ine_hash' from person_merge m join person_side s on s.person_id = m.absorbed_id where m.merge_id = $1)
   insert into merged_key (merge_id, source, source_key)
   select distinct $1::uuid, n.source, n.source_key from number n
   where not n.is_absorbed and not n.is_survivors and n.ine_hash in (select ine_hash from given)
     and not exists (select from taken t where t.ine_hash = n.ine_hash)`,
  `update person_key k set person_id = m.absorbed_id from person_merge m join merged_key c using (merge_id)
   where m.merge_id = $1 and k.source = c.source and k.source_key = c.source_key and k.person_id = m.survivor_id`,
  `update stated_person s set person_id = m.absorbed_id from person_merge m join merged_key c using (merge_id)
   where m.merge_id = $1 and s.source = c.source and s.source_key = c.source_key and s.person_id = m.survivor_id`,
];

/** Who is linked to them, and is told another list of relatives. $1: people. */
export const relatives = `
  select l.guardian_id as person_id from guardian_link l where l.child_id = any($1::uuid[])
  union
  select l.child_id from guardian_link l where l.guardian_id = any($1::uuid[])`;

/** Of `person_merge m`: where both were, and the survivor is, is in these schools and nowhere else. */
export const isMergeWithin = (uais: string): string => `(
  exists (select from enrolment e where e.person_id = m.survivor_id and e.ends_on is null)
  and not exists (select from enrolment e where e.person_id = m.survivor_id and e.ends_on is null and e.uai <> all(${uais}))
  and m.absorbed_uais <@ ${uais})`;
