import { IS_PUPILS } from './part-steps.pg.js';
import { PLACES, statedBy } from './places-of-people.pg.js';

/** The places with which who comes under the key of `m` would begin. */
const PLACES_TO_BEGIN = `coalesce((
  select jsonb_agg(jsonb_build_object('profile', l.profile, 'uai', l.uai, 'startsOn', coalesce(l.entered_on, $5::date), 'endsOn', null,
      'classId', l.class_id, 'classLabel', l.class_label, 'level', l.level, 'isHead', l.is_head, 'post', l.post,
      'classes', case when ${IS_PUPILS('l')} then l.classes end, 'groups', case when ${IS_PUPILS('l')} then l.groups end)
    order by l.profile, l.uai)
  from delivered_place l where l.import_id = $2::uuid and l.source_key = m.source_key
    and not (l.profile = 'FURTHER_STUDENT' and exists (select from delivered_place h
      where h.import_id = $2::uuid and h.source_key = m.source_key and h.profile = 'STUDENT' and h.uai = l.uai))), '[]')`;

/**
 * Whom the plan recognised by score, as if each had come and been merged at once: so that it can be undone exactly, should
 * the score have been wrong (DIR-2). Before anything of the batch is stated. $1: source, $2: import, $3: plan, $4: day of
 * the import, $5: on which it takes effect.
 */
export const KEEP_MATCHES = `
  with matched as materialized (
    select gen_random_uuid() as merge_id, gen_random_uuid() as pair_id, gen_random_uuid() as absorbed_id, b.source_key,
      b.person_id as survivor_id, c.match_score, c.match_reasons
    from batch b join plan_change c on c.plan_id = $3 and c.seq = b.seq
    where c.match_reasons is not null and b.digest_before is null
      -- By index: of a batch nothing is known, and all matches of the plan would be compared with it.
      and c.seq between (select min(seq) from batch) and (select max(seq) from batch)),
  pair as (
    insert into doubtful_pair (pair_id, newcomer_id, known_id, score, reasons, found_on, answer, answered_by, answered_on)
    select pair_id, absorbed_id, survivor_id, match_score, match_reasons, $4::date, 'SAME', $2::uuid::text, $4::date from matched),
  kept as (
    insert into person_merge (merge_id, pair_id, survivor_id, absorbed_id, merged_on, merged_by, by_import, survivor_places,
      absorbed_places, survivor_stated, absorbed_stated, survivor_person, absorbed_person, survivor_ine, absorbed_ine, survivor_left_on)
    select m.merge_id, m.pair_id, m.survivor_id, m.absorbed_id, $4::date, $2::uuid::text, true, ${PLACES('s.person_id')},
      ${PLACES_TO_BEGIN}, ${statedBy('s.person_id')},
      array(select l.profile || ' ' || l.uai from delivered_place l where l.import_id = $2::uuid and l.source_key = m.source_key),
      to_jsonb(s), jsonb_build_object('source', $1::text, 'source_key', d.source_key, 'last_name', d.last_name,
        'first_name', d.first_name, 'birth_date', d.birth_date, 'academic_identifier', d.academic_identifier),
      s.ine_hash, case when not exists (select from person h where h.ine_hash = d.ine_hash) then d.ine_hash end, s.left_on
    from matched m join person s on s.person_id = m.survivor_id
    join delivered_person d on d.import_id = $2::uuid and d.source_key = m.source_key),
  link as (
    insert into merged_link (merge_id, child_id, guardian_id, relation, source, guardian_key)
    select m.merge_id, l.child_id, l.guardian_id, l.relation, null, null from matched m join guardian_link l on l.child_id = m.survivor_id
    union all
    select * from (
      select distinct on (m.merge_id, k.person_id) m.merge_id, m.absorbed_id, k.person_id, l.relation, $1::text, l.guardian_key
      from matched m join delivered_link l on l.import_id = $2::uuid and l.child_key = m.source_key
      join person_key k on k.source = $1 and k.source_key = l.guardian_key order by m.merge_id, k.person_id, l.guardian_key) d)
  insert into merged_key (merge_id, source, source_key) select merge_id, $1::text, source_key from matched`;
