import { comparedKeys } from './delta-steps.pg.js';

/** Pupils by class and group, of a table of places. */
export const pupilsByDivision = (places: string): string => `
  select source_key, uai, false as is_group, class_id collate "C" as class_id, class_label collate "C" as class_label, level collate "C" as level
  from ${places} p where profile in ('STUDENT', 'FURTHER_STUDENT') and class_id <> ''
  union all
  select p.source_key, p.uai, false, (c.class ->> 'id') collate "C", (c.class ->> 'label') collate "C", p.level collate "C"
  from ${places} p, jsonb_array_elements(p.classes) as c (class)
  where p.profile in ('STUDENT', 'FURTHER_STUDENT') and p.classes is not null
  union all
  select p.source_key, p.uai, true, (g.group ->> 'id') collate "C", (g.group ->> 'label') collate "C", ''
  from ${places} p, jsonb_array_elements(p.groups) as g ("group")
  where p.profile in ('STUDENT', 'FURTHER_STUDENT') and p.groups is not null`;

/** What schools state of themselves; their label of a class is the one that counts. */
const statedBySchools = `
  select s.uai, false as is_group, (c.class ->> 'id') collate "C" as class_id, (c.class ->> 'label') collate "C" as label, array(
    select jsonb_array_elements_text(c.class -> 'levels')) as levels
  from read_structure s, jsonb_array_elements(s.classes) as c (class) where s.classes is not null
  union all
  select s.uai, true, (g.group ->> 'id') collate "C", (g.group ->> 'label') collate "C", '{}'
  from read_structure s, jsonb_array_elements(s.groups) as g ("group") where s.groups is not null`;

/** One row for each class and group: its label, and the levels that its school and its pupils say. */
const divisions = (pupils: string): string => `
  select coalesce(p.uai, s.uai) as uai, coalesce(p.is_group, s.is_group) as is_group, coalesce(p.class_id, s.class_id) as class_id,
    coalesce(s.label, p.label) as label, array(
      select distinct level from unnest(p.levels || s.levels) as l (level) where level <> '' order by level) as levels
  from (select uai, is_group, class_id, min(class_label) as label, array_agg(distinct level) as levels from (${pupils}) d group by 1, 2, 3) p
  full join (${statedBySchools}) s on s.uai = p.uai and s.is_group = p.is_group and s.class_id = p.class_id`;

const asClass = (of: string): string =>
  `jsonb_build_object('classId', ${of}.class_id, 'label', ${of}.label, 'levels', to_jsonb(${of}.levels))`;
const asGroup = (of: string): string =>
  `jsonb_build_object('groupId', ${of}.class_id, 'label', ${of}.label)`;

const keep = `
  insert into delivered_structure (import_id, uai, source_key, name, insee, commune, postal_code, is_public, classes, groups, circonscription, digest)
  select $1, s.uai, s.source_key, s.name, s.insee, s.commune, s.postal_code, s.is_public,
    coalesce(c.classes, '[]'::jsonb), coalesce(c.groups, '[]'::jsonb), s.circonscription,
    md5(concat_ws(e'\\x1f', s.source_key, s.name, s.insee, s.commune, s.postal_code, s.is_public, c.classes::text,
      'groups ' || c.groups::text, 'circonscription ' || nullif(s.circonscription, '')))::uuid`;

/** Schools as they were read, with the classes and groups of their pupils. $1: the import. */
export const keepSchools = `
  with divisions as (${divisions(pupilsByDivision('read_place'))}),
  classes as (
    select uai, jsonb_agg(${asClass('d')} order by class_id) filter (where not is_group) as classes,
      jsonb_agg(${asGroup('d')} order by class_id) filter (where is_group) as groups
    from divisions d group by 1)
  ${keep} from read_structure s left join classes c using (uai)`;

/**
 * Of a delta: classes and groups recomputed where somebody of whom it speaks is or was in them, or where the
 * school itself is compared; the others as they were. $1: the import, $2: the source.
 */
export const keepSchoolsOfDelta = `
  with compared as (select distinct source_key from (${comparedKeys}) c),
  named as (
    select r.uai from read_structure r join delta_scope n on n.entity = 0 and n.is_compared and n.source_key = r.source_key),
  were as (
    select p.* from (select distinct source_key from delta_scope where is_compared and entity = 1) c
    join stated_place p on p.source = $2 and p.source_key = c.source_key),
  touched as (
    select distinct uai, is_group, class_id from (${pupilsByDivision('were')} union all ${pupilsByDivision('read_place')}) t
    union select uai, is_group, class_id from (${statedBySchools}) r join named using (uai)
    union select s.uai, false, (o.class ->> 'classId') collate "C" from named n
      join stated_structure s on s.source = $2 and s.uai = n.uai, jsonb_array_elements(s.classes) as o (class)
    union select s.uai, true, (o.group ->> 'groupId') collate "C" from named n
      join stated_structure s on s.source = $2 and s.uai = n.uai, jsonb_array_elements(s.groups) as o ("group")),
  -- By index, which has the order of its column, class by class and school by school, not all places beside all: what the
  -- first class of everybody says of itself, once, and the few who have more than that.
  staying as (
    select '' as source_key, p.* from touched t cross join lateral (
      select distinct p.uai, p.profile, p.class_id, p.class_label collate "C" as class_label, p.level collate "C" as level,
        null::jsonb as classes, null::jsonb as groups
      from stated_place p where p.source = $2 and p.uai = t.uai and p.class_id = t.class_id collate "default"
        and p.source_key not in (select source_key from compared)) p
    where not t.is_group
    union all
    select p.* from (select distinct uai from touched) t cross join lateral (
      select p.source_key, p.uai, p.profile, '', '', p.level, p.classes, p.groups from stated_place p
      where p.source = $2 and p.uai = t.uai and (p.classes is not null or p.groups is not null)
        and p.source_key not in (select source_key from compared) offset 0) p),
  divisions as (
    select d.* from (${divisions(`${pupilsByDivision('staying')} union all ${pupilsByDivision('read_place')}`)}) d
    join touched t on t.uai = d.uai and t.is_group = d.is_group and t.class_id = d.class_id),
  schools as (
    select coalesce(r.uai, s.uai) as uai, coalesce(r.source_key, s.source_key) as source_key, coalesce(r.name, s.name) as name,
      coalesce(r.insee, s.insee) as insee, coalesce(r.commune, s.commune) as commune, coalesce(r.postal_code, s.postal_code) as postal_code,
      case when r.uai is null then s.is_public else r.is_public end as is_public,
      coalesce(s.classes, '[]') as classes, coalesce(s.groups, '[]') as groups, coalesce(r.circonscription, s.circonscription) as circonscription
    from (select uai from read_structure union select uai from touched) u
    left join read_structure r on r.uai = u.uai and exists (select from named n where n.uai = r.uai)
    left join stated_structure s on s.source = $2 and s.uai = u.uai
    where r.uai is not null or s.uai is not null and exists (select from touched t where t.uai = u.uai)),
  all_divisions as (
    select s.uai, false as is_group, (o.class ->> 'classId') collate "C" as id, o.class as said
    from schools s, jsonb_array_elements(s.classes) as o (class)
    where not exists (select from touched t where t.uai = s.uai and not t.is_group and t.class_id = o.class ->> 'classId')
    union all
    select s.uai, true, (o.group ->> 'groupId') collate "C", o.group from schools s, jsonb_array_elements(s.groups) as o ("group")
    where not exists (select from touched t where t.uai = s.uai and t.is_group and t.class_id = o.group ->> 'groupId')
    union all
    select uai, is_group, class_id, case when is_group then ${asGroup('d')} else ${asClass('d')} end from divisions d),
  classes as (
    select uai, jsonb_agg(said order by id) filter (where not is_group) as classes,
      jsonb_agg(said order by id) filter (where is_group) as groups
    from all_divisions group by 1)
  ${keep} from schools s left join classes c using (uai)`;
