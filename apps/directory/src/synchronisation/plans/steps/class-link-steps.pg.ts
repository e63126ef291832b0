/** By the index of those few places (`delivered_place_taught`). */
const adultsClasses = `
  select d.source_key, d.uai, x.is_group, x.division ->> 'id' as class_id, x.division ->> 'label' as class_label
  from batch b join delivered_place d on d.source_key = b.source_key cross join lateral (
    select false as is_group, jsonb_array_elements(d.classes) as division
    union all select true, jsonb_array_elements(d.groups)) x
  where d.import_id = $2 and d.profile in ('TEACHER', 'PERSONNEL', 'GUEST') and (d.classes is not null or d.groups is not null)`;

/** Classes and groups of adults begin and end on the day on which the import takes effect; a link that goes on keeps its day. $1: source, $2: import, $3: day. */
export const linkClasses: readonly string[] = [
  `update class_link l set ends_on = greatest(l.starts_on, $3::date) from batch b
   where b.digest_before is not null and l.source = $1 and l.source_key = b.source_key and l.ends_on is null and not exists (
     select from (${adultsClasses}) t
     where t.source_key = l.source_key and t.uai = l.uai and t.is_group = l.is_group and t.class_id = l.class_id)`,
  `update class_link l set class_label = t.class_label from (${adultsClasses}) t
   where l.source = $1 and l.source_key = t.source_key and l.uai = t.uai and l.is_group = t.is_group and l.class_id = t.class_id
     and l.ends_on is null and l.class_label <> t.class_label and $3::date is not null`,
  `insert into class_link (source, source_key, uai, is_group, class_id, class_label, starts_on)
   select distinct on (t.source_key, t.uai, t.is_group, t.class_id) $1, t.source_key, t.uai, t.is_group, t.class_id, t.class_label, $3::date
   from (${adultsClasses}) t
   where not exists (select from class_link l where l.source = $1 and l.source_key = t.source_key and l.uai = t.uai
     and l.is_group = t.is_group and l.class_id = t.class_id and l.ends_on is null)
   on conflict (source, source_key, uai, is_group, class_id, starts_on) do update set ends_on = null, class_label = excluded.class_label`,
];
