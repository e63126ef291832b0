import { pupilsByDivision } from '../../deliveries/school-steps.pg.js';

/**
 * Classes and groups of those who stay, as their source stated them last and as they are delivered: what of them begins
 * or ends. Nobody who comes or leaves is told apart by class. $1: the source, $2: the import.
 */
export const compareClasses = `
  insert into class_difference (source_key, changes)
  with stays as materialized (select source_key from difference where digest_before is not null and digest_after is not null and not is_other),
  stated as materialized (
    select p.* from stays join stated_place p using (source_key) where p.source = $1 and exists (select from stays)),
  delivered as materialized (
    select p.* from stays join delivered_place p using (source_key) where p.import_id = $2 and exists (select from stays)),
  before as (
    select source_key, uai, is_group, class_id from (${pupilsByDivision('stated')}) s
    union select source_key, uai, is_group, class_id from stays join class_link l using (source_key) where l.source = $1 and l.ends_on is null),
  after as (
    select source_key, uai, is_group, class_id from (${pupilsByDivision('delivered')}) d
    union select d.source_key, d.uai, x.is_group, x.id from delivered d cross join lateral (
      select false as is_group, (jsonb_array_elements(d.classes) ->> 'id') collate "C" as id
      union all select true, (jsonb_array_elements(d.groups) ->> 'id') collate "C") x
    where d.profile in ('TEACHER', 'PERSONNEL', 'GUEST'))
  select source_key, jsonb_agg(jsonb_build_object('uai', uai, 'classId', class_id, 'group', is_group,
      'change', case when a.source_key is null then 'ENDS' else 'BEGINS' end) order by uai, is_group, a.source_key is not null, class_id)
  from before b full join after a using (source_key, uai, is_group, class_id)
  where a.source_key is null or b.source_key is null group by 1`;
