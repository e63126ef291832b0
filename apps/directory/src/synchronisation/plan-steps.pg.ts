/** Temporary tables of one import: what the files say (`stage_…`), and what is to be done (`plan_…`, `todo`). Sorted by bytes: a language's order costs several times as much. */
export const STAGING_TABLES = `
  create temp table stage_structure (source_key text collate "C", uai text collate "C", name text collate "C", insee text collate "C", commune text collate "C", postal_code text collate "C", is_public boolean);
  create temp table stage_person (ord bigint, entity smallint, source_key text collate "C", last_name text collate "C", first_name text collate "C", birth_date date, ine_hash text collate "C");
  create temp table stage_place (ord bigint, source_key text collate "C", profile text collate "C", structure_key text collate "C", class_id text collate "C", class_label text collate "C", level text collate "C", is_head boolean, entered_on date);
  create temp table stage_link (ord bigint, child_key text collate "C", guardian_key text collate "C", relation text collate "C");
  create temp table plan_structure (uai text collate "C" primary key, source_key text collate "C", name text collate "C", insee text collate "C", commune text collate "C", postal_code text collate "C", is_public boolean, classes jsonb, content_hash uuid);
  create temp table plan_person (source_key text collate "C" primary key, entity smallint, last_name text collate "C", first_name text collate "C", birth_date date, ine_hash text collate "C", person_id uuid, content_hash uuid);
  create temp table plan_place (person_id uuid, profile text collate "C", uai text collate "C", class_id text collate "C", class_label text collate "C", level text collate "C", is_head boolean, entered_on date);
  create temp table plan_link (child_id uuid, guardian_id uuid, relation text collate "C");
  create temp table todo (seq bigint primary key, person_id uuid, action text collate "C");`;

type PlanStep = {
  readonly sql: string;
  /** The rows (subject, count) of the statement are remarks of this code. */
  readonly remark?: string;
  readonly values: readonly ('source' | 'importId')[];
};

const step = (sql: string, remark?: string): PlanStep => ({
  sql,
  values: [],
  ...(remark ? { remark } : {}),
});
const withSource = (sql: string): PlanStep => ({ sql, values: ['source'] });

/** In order: first the people, then their links (a link may name somebody further on in the files). */
export const PLAN_STEPS: readonly PlanStep[] = [
  step('analyze stage_structure, stage_person, stage_place, stage_link'),
  step(`insert into plan_structure (uai, source_key, name, insee, commune, postal_code, is_public)
    select distinct on (uai) uai, source_key, name, insee, commune, postal_code, is_public from stage_structure order by uai, source_key`),
  // The first entry of a key counts; a key in two entities (pupil, guardian, staff) is one person with the places of both.
  step(
    `with doubled as (select source_key, entity, min(ord) as first from stage_person group by 1, 2 having count(*) > 1),
      gone as (delete from stage_person s using doubled d
        where s.source_key = d.source_key and s.entity = d.entity and s.ord > d.first returning s.ord, s.source_key),
      places as (delete from stage_place p using gone g where p.ord = g.ord),
      links as (delete from stage_link l using gone g where l.ord = g.ord)
    select source_key as subject, count(*) as count from gone group by 1`,
    'DUPLICATE_ENTRY',
  ),
  step(`insert into plan_person (source_key, entity, last_name, first_name, birth_date, ine_hash)
    select distinct on (source_key) source_key, entity, last_name, first_name, birth_date, ine_hash
    from stage_person order by source_key, entity`),
  step(
    `with twice as (select ine_hash from plan_person where ine_hash is not null group by 1 having count(*) > 1)
    update plan_person p set ine_hash = null from twice t where t.ine_hash = p.ine_hash
    returning p.source_key as subject, 1::bigint as count`,
    'INE_TWICE',
  ),
  step(
    `select p.source_key as subject, 1::bigint as count from stage_place p
     where not exists (select from plan_structure s where s.source_key = p.structure_key)`,
    'STRUCTURE_UNKNOWN',
  ),
  step(
    `select l.child_key as subject, 1::bigint as count from stage_link l
     where not exists (select from plan_person g where g.source_key = l.guardian_key and g.entity = 2)
       and not exists (select from stage_person g where g.source_key = l.guardian_key and g.entity = 2)`,
    'GUARDIAN_UNKNOWN',
  ),
  // Who has no place: guardians whose children are not here, others without a known school.
  step(`create temp table placed as
    select distinct p.source_key from stage_place p join plan_structure s on s.source_key = p.structure_key`),
  step(`create temp table resolved_link as
    select distinct on (l.child_key, l.guardian_key) l.child_key, l.guardian_key, l.relation
    from stage_link l
    join placed c on c.source_key = l.child_key
    join (select distinct source_key from stage_person where entity = 2) g on g.source_key = l.guardian_key
    order by l.child_key, l.guardian_key, l.relation`),
  step('analyze placed, resolved_link, plan_person'),
  step(
    `delete from plan_person p where not exists (select from placed q where q.source_key = p.source_key)
       and not exists (select from resolved_link l where l.guardian_key = p.source_key) and p.entity = 2
     returning p.source_key as subject, 1::bigint as count`,
    'GUARDIAN_OF_NOBODY',
  ),
  step(
    `delete from plan_person p where not exists (select from placed q where q.source_key = p.source_key)
       and not exists (select from resolved_link l where l.guardian_key = p.source_key)
     returning p.source_key as subject, 1::bigint as count`,
    'WITHOUT_STRUCTURE',
  ),
  // DIR-2: the source's identifier, then the INE of somebody whose own identifiers are all absent.
  withSource(`update plan_person p set person_id = k.person_id from person_key k
    where k.source = $1 and k.source_key = p.source_key`),
  step(`update plan_person p set person_id = m.person_id
    from (select ine_hash, min(person_id::text)::uuid as person_id from person
          where ine_hash is not null group by 1 having count(*) = 1) m
    where p.person_id is null and p.ine_hash = m.ine_hash
      and not exists (select from plan_person other where other.person_id = m.person_id)`),
  step('update plan_person set person_id = gen_random_uuid() where person_id is null'),
  withSource(`insert into person_key (source, source_key, person_id)
    select $1, source_key, person_id from plan_person on conflict (source, source_key) do nothing`),
  step('create index on plan_person (person_id)'),
  step(`insert into plan_place
    select distinct on (p.person_id, t.profile, s.uai)
      p.person_id, t.profile, s.uai, t.class_id, t.class_label, t.level, t.is_head, t.entered_on
    from stage_place t join plan_structure s on s.source_key = t.structure_key join plan_person p on p.source_key = t.source_key
    order by p.person_id, t.profile, s.uai, t.ord`),
  step(`insert into plan_link select distinct on (1, 2) c.person_id, g.person_id, l.relation from resolved_link l
    join plan_person c on c.source_key = l.child_key join plan_person g on g.source_key = l.guardian_key order by 1, 2, 3`),
  // A guardian's place is wherever its children are, from the first child's entry on.
  step(`insert into plan_place
    select l.guardian_id, 'RELATIVE', p.uai, '', '', '', false, min(p.entered_on)
    from plan_link l join plan_place p on p.person_id = l.child_id and p.profile = 'STUDENT' group by l.guardian_id, p.uai`),
  step(
    'create index on plan_place (person_id); create index on plan_link (child_id); create index on plan_link (guardian_id); analyze plan_place; analyze plan_link; analyze plan_person',
  ),
  step(`with places as (
      select person_id, string_agg(concat_ws(e'\\x1f', profile, uai, class_id, class_label, level, is_head, entered_on), e'\\x1e' order by profile, uai) as text
      from plan_place group by 1),
    guardians as (select child_id as person_id, string_agg(guardian_id || relation, ',' order by guardian_id) as text from plan_link group by 1),
    children as (select guardian_id as person_id, string_agg(child_id::text, ',' order by child_id) as text from plan_link group by 1)
    update plan_person p set content_hash = md5(concat_ws(e'\\x1d', p.source_key, p.last_name, p.first_name, p.birth_date, p.ine_hash,
      'places', a.text, 'guardians', b.text, 'children', c.text))::uuid
    from plan_person q left join places a using (person_id) left join guardians b using (person_id) left join children c using (person_id)
    where q.source_key = p.source_key`),
  step(`with levels as (
      select uai, class_id, min(class_label) as label, array_agg(distinct level order by level) filter (where level <> '') as levels
      from plan_place where profile = 'STUDENT' and class_id <> '' group by 1, 2),
    classes as (select uai, jsonb_agg(jsonb_build_object('classId', class_id, 'label', label, 'levels', coalesce(to_jsonb(levels), '[]'::jsonb)) order by class_id) as classes
      from levels group by 1)
    update plan_structure s set classes = coalesce(c.classes, '[]'::jsonb),
      content_hash = md5(concat_ws(e'\\x1f', s.source_key, s.name, s.insee, s.commune, s.postal_code, s.is_public, c.classes::text))::uuid
    from plan_structure t left join classes c using (uai) where t.uai = s.uai`),
  // Compared with what is stored: pupils first, then guardians, staff and leavers.
  withSource(`insert into todo
    select row_number() over (order by rank, person_id), person_id, action from (
      select min(p.entity) as rank, p.person_id, case when s.person_id is null then 'create' else 'change' end as action
      from plan_person p left join person s using (person_id)
      where s.content_hash is distinct from p.content_hash group by p.person_id, s.person_id
      union all
      select 9, s.person_id, 'leave' from person s
      where s.source = $1 and s.left_on is null and not exists (select from plan_person p where p.person_id = s.person_id)
    ) as difference`),
  step('analyze todo'),
];

/** The brake's figures (DIR-3): per school, and for the whole directory under the empty UAI. */
export const REMOVALS = `
  with present as (
    select distinct e.person_id, e.uai from enrolment e join person s using (person_id) where e.ends_on is null and s.source = $1),
  judged as (
    select uai, not exists (select from plan_place p where p.person_id = q.person_id and p.uai = q.uai) as removed from present q
    union all
    select '', bool_and(not exists (select from plan_place p where p.person_id = q.person_id)) from present q group by q.person_id)
  select uai, count(*) as present, count(*) filter (where removed) as removed from judged group by uai having bool_or(removed)`;

export const STRUCTURES_NOT_IN_EXPORT = `
  select uai from structure s where not exists (select from plan_structure p where p.uai = s.uai) order by uai`;
