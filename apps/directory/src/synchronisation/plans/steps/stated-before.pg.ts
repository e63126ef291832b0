/** What a source says of a key, from the row `s` of stated_person, as `Statement` of the doubles has it. */
export const statement = `jsonb_build_object('entity', s.entity, 'lastName', s.last_name, 'firstName', s.first_name,
  'birthDate', s.birth_date, 'ine', s.ine_hash, 'academicIdentifier', s.academic_identifier,
  'places', coalesce((select jsonb_agg(jsonb_build_object('profile', l.profile, 'uai', l.uai, 'classId', l.class_id,
      'classLabel', l.class_label, 'level', l.level, 'isHead', l.is_head, 'enteredOn', l.entered_on, 'post', l.post,
      'classes', l.classes, 'groups', l.groups))
    from stated_place l where l.source = s.source and l.source_key = s.source_key), '[]'),
  'links', coalesce((select jsonb_agg(jsonb_build_object('guardianKey', l.guardian_key, 'relation', l.relation) order by l.guardian_key)
    from stated_link l where l.source = s.source and l.child_key = s.source_key), '[]'))`;

/**
 * What the source said until now of the keys of the batch, where it leads to somebody merged: undoing the merge takes it
 * up, day by day. And of a child that the source says no more, where a guardian of it is. Before anything of the batch is
 * stated. $1: source, $2: the day on which it takes effect.
 */
export const keepStatedBefore = `
  with kept as materialized (
    select b.source_key from batch b
    where exists (select from person_merge m where m.survivor_id = b.person_id and m.undone_on is null)
      -- Once begun it has no gap: what was said last is looked for in it.
      or exists (select from stated_before e where e.source = $1 and e.source_key = b.source_key)
      or (b.digest_after is null and exists (
        select from stated_link l join person_key k on k.source = l.source and k.source_key = l.guardian_key
        join person_merge m on m.survivor_id = k.person_id and m.undone_on is null
        where l.source = $1 and l.child_key = b.source_key))),
  at as materialized (select nextval('merge_step') as step where exists (select from kept))
  insert into stated_before (source, source_key, step, replaced_on, statement)
  select $1, k.source_key, at.step, $2::date, case when s.source is not null then ${statement} end
  from kept k cross join at left join stated_person s on s.source = $1 and s.source_key = k.source_key`;
