/** All places of a person, as the domain has them. */
const places = (person: string): string => `coalesce((
  select jsonb_agg(jsonb_build_object('profile', e.profile, 'uai', e.uai, 'startsOn', e.starts_on, 'endsOn', e.ends_on,
      'classId', e.class_id, 'classLabel', e.class_label, 'level', e.level, 'isHead', e.is_head,
      'post', e.post, 'classes', e.classes, 'groups', e.groups)
    order by e.profile, e.uai, e.starts_on)
  from enrolment e where e.person_id = ${person}), '[]')`;

/**
 * As parts of a statement: who is about to be merged, as it is, unless it has been since before an earlier merge that
 * stands. `people`: a query of person_id and step.
 */
export const keepSides = (people: string): string => `
  side as (
    insert into person_side (person_id, step, person, places)
    select distinct on (p.person_id) p.person_id, t.step, to_jsonb(p), ${places('p.person_id')}
    from (${people}) t join person p using (person_id)
    where not exists (select from person_side s where s.person_id = p.person_id)
    returning person_id),
  side_links as (
    insert into side_link (person_id, guardian_id, relation)
    select l.child_id, l.guardian_id, l.relation from side join guardian_link l on l.child_id = side.person_id)`;

/**
 * In order, before merges go because nobody can undo them any more: the identifiers stay the survivor's, who has them since
 * then where other merges of the survivor may be undone. $1: merges.
 */
export const finishMerges: readonly string[] = [
  `delete from stated_before b using person_merge m, merged_key k
   where m.merge_id = any($1::uuid[]) and m.undone_on is null and k.merge_id = m.merge_id
     and b.source = k.source and b.source_key = k.source_key and b.step <= m.step`,
  `insert into stated_before (source, source_key, step, replaced_on, recorded_on)
   select k.source, k.source_key, m.step, m.merged_on, m.merged_on from person_merge m join merged_key k using (merge_id)
   where m.merge_id = any($1::uuid[]) and m.undone_on is null and exists (
     select from person_merge o where o.survivor_id = m.survivor_id and o.undone_on is null and o.merge_id <> all($1::uuid[])
     union all
     select from person_merge o where o.absorbed_id = m.survivor_id and o.undone_on is null and o.merge_id <> all($1::uuid[]))
   on conflict do nothing`,
  'delete from person_merge where merge_id = any($1::uuid[])',
];

/**
 * In order: what is kept for no merge that stands. Of whom another merge keeps a side all stays: a child that had left
 * before that says only there which guardian it meant.
 */
export const forgetSides: readonly string[] = [
  `delete from person_side s
   where not exists (select from person_merge m where m.survivor_id = s.person_id and m.undone_on is null)
     and not exists (select from person_merge m where m.absorbed_id = s.person_id and m.undone_on is null)`,
  `delete from stated_before b where step < (
     select coalesce(min(step), 9223372036854775807) from person_side)
     and not exists (select from person_key k join person_side s using (person_id)
       where k.source = b.source and k.source_key = b.source_key)`,
];
