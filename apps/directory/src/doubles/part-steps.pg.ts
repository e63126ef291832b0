import { ATTRIBUTES, priorityInSql, STATEMENT } from '../synchronisation/synchronisation.module.js';

/** Who somebody was before the merges that stand, as `replay` takes it; no row: nobody. $1: the person. */
export const side = `
  select s.step::int, s.places, jsonb_build_object('source', p.source, 'sourceKey', p.source_key, 'lastName', p.last_name,
    'firstName', p.first_name, 'birthDate', p.birth_date, 'academicIdentifier', p.academic_identifier, 'ine', p.ine_hash,
    'leftOn', p.left_on) as named
  from person_side s, jsonb_populate_record(null::person, s.person) p where s.person_id = $1`;

/** $1: the person. The step of the merge by which it has been absorbed; none: it stands for itself. */
export const absorbedAt = `
  select step::int from person_merge where absorbed_id = $1 and undone_on is null`;

/** The identifiers of a person, now or until it was absorbed, as `SpokenKey`. $1: the person. */
export const spokenKeysSql = `
  select k.source, k.source_key as "sourceKey", 
    jsonb_build_object(${ATTRIBUTES.map((each) => `'${each}', coalesce(${priorityInSql(each)}, 0)`).join()}) as priorities,
    jsonb_build_object('step', coalesce(m.step, 0), 'on', coalesce(m.merged_on::text, ''),
      'recordedOn', coalesce(m.merged_on::text, '')) as since,
    coalesce((select jsonb_agg(jsonb_build_object('step', b.step, 'on', b.replaced_on, 'recordedOn', b.recorded_on, 'statement', b.statement) order by b.step)
      from stated_before b where b.source = k.source and b.source_key = k.source_key), '[]') as before,
    (select ${STATEMENT} from stated_person s where s.source = k.source and s.source_key = k.source_key) as now
  from (
    select source, source_key from person_key where person_id = $1
    union
    select q.source, q.source_key from person_merge a join merged_key q using (merge_id) where a.absorbed_id = $1 and a.undone_on is null) k
  left join declared_source c on c.source_code = k.source
  left join lateral (
    select o.step, o.merged_on from person_merge o join merged_key q using (merge_id)
    where o.survivor_id = $1 and o.undone_on is null and q.source = k.source and q.source_key = k.source_key) m on true`;

/** $1: the person, $2: who it is, as JSON of `Named`. Whom an import took for the survivor never was anybody, and comes now. */
export const writeNamed = `
  insert into person as p (person_id, source, source_key, last_name, first_name, birth_date, academic_identifier, left_on, revision)
  select $1::uuid, n.source, n."sourceKey", n."lastName", n."firstName", n."birthDate", n."academicIdentifier", n."leftOn", 1
  from jsonb_to_record($2::jsonb) as n(source text, "sourceKey" text, "lastName" text, "firstName" text, "birthDate" date,
    "academicIdentifier" text, "leftOn" date)
  on conflict (person_id) do update set source = excluded.source, source_key = excluded.source_key,
    last_name = excluded.last_name, first_name = excluded.first_name, birth_date = excluded.birth_date,
    academic_identifier = excluded.academic_identifier, left_on = excluded.left_on, ine_hash = null`;

/** $1: the person, $2: its number or null. It leads to one person, and stays with who has it. */
export const writeIne = `
  update person set ine_hash = $2 where person_id = $1 and not exists (
    select from person h where h.ine_hash = $2 and h.person_id <> $1)`;

/** In order: $1: the person, $2: its places as JSON. */
export const writePlaces = `
  insert into enrolment (person_id, profile, uai, starts_on, ends_on, class_id, class_label, level, is_head, post, classes, groups)
  select $1::uuid, profile, uai, "startsOn", "endsOn", "classId", "classLabel", level, "isHead",
    nullif(post, 'null'), nullif(classes, 'null'), nullif(groups, 'null')
  from jsonb_to_recordset($2::jsonb) as p(profile text, uai text, "startsOn" date, "endsOn" date, "classId" text,
    "classLabel" text, level text, "isHead" boolean, post jsonb, classes jsonb, groups jsonb)`;

/** Of these people, whose links follow from nothing that is stated now. $1: people. */
export const notStated = `
  select id as person_id from unnest($1::uuid[]) as id
  where not exists (select from stated_person s where s.person_id = id)`;

/**
 * The links of a child, to these people, that its last statements said; each leads to whom its identifier led to at that
 * step. $1: the child, $2: the links as JSON, $3: that step, $4: those people; null: whoever it is.
 */
export const writeLinksSql: readonly string[] = [
  `delete from guardian_link where child_id = $1 and ($4::uuid[] is null or guardian_id = any($4::uuid[]))
     and $2::jsonb is not null and $3::int is not null`,
  `insert into guardian_link (child_id, guardian_id, relation)
   select distinct on (g.person_id) $1::uuid, g.person_id, l.link ->> 'relation'
   from jsonb_array_elements($2::jsonb) with ordinality as l(link, n)
   join person_key k on k.source = l.link ->> 'source' and k.source_key = l.link ->> 'guardianKey'
   left join lateral (
     select m.absorbed_id from person_merge m join merged_key q using (merge_id)
     where q.source = k.source and q.source_key = k.source_key and m.undone_on is null and m.step > $3::int order by m.step limit 1) m on true
   join person g on g.person_id = coalesce(m.absorbed_id, k.person_id)
   where $4::uuid[] is null or g.person_id = any($4::uuid[]) order by g.person_id, l.n`,
];

/** In order: the links that somebody had as a child before the merges. $1: the child. */
export const restoreLinks: readonly string[] = [
  'delete from guardian_link where child_id = $1',
  `insert into guardian_link (child_id, guardian_id, relation)
   select l.person_id, l.guardian_id, l.relation from side_link l join person g on g.person_id = l.guardian_id where l.person_id = $1`,
];
