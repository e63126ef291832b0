/** Temporary tables of one reading: what the files say (`stage_…`), and what of it holds together (`read_…`). Sorted by bytes. */
export const readingTables = `
  create temp table stage_structure (source_key text collate "C", uai text collate "C", name text collate "C", insee text collate "C", commune text collate "C", postal_code text collate "C", is_public boolean, classes jsonb, groups jsonb, circonscription text collate "C");
  create temp table stage_person (ord bigint, entity smallint, source_key text collate "C", last_name text collate "C", first_name text collate "C", birth_date date, ine_hash text collate "C", file smallint, line integer, academic_identifier text collate "C");
  create temp table stage_place (ord bigint, source_key text collate "C", profile text collate "C", structure_key text collate "C", class_id text collate "C", class_label text collate "C", level text collate "C", is_head boolean, entered_on date, post jsonb, classes jsonb, groups jsonb);
  create temp table stage_link (ord bigint, child_key text collate "C", guardian_key text collate "C", relation text collate "C");
  create temp table school_key (source_key text collate "C" primary key, uai text collate "C");
  create temp table read_structure (uai text collate "C" primary key, source_key text collate "C", name text collate "C", insee text collate "C", commune text collate "C", postal_code text collate "C", is_public boolean, classes jsonb, groups jsonb, circonscription text collate "C" not null default '');
  create temp table read_person (source_key text collate "C", entity smallint, last_name text collate "C", first_name text collate "C", birth_date date, ine_hash text collate "C", file smallint, line integer, academic_identifier text collate "C");
  create temp table read_place (source_key text collate "C", profile text collate "C", uai text collate "C", class_id text collate "C", class_label text collate "C", level text collate "C", is_head boolean, entered_on date, post jsonb, classes jsonb, groups jsonb);`;

type ReadingStep = {
  readonly sql: string;
  /** What is found is remarked under this code: see ImportRemarks.addFound. */
  readonly remark?: string;
};

const step = (sql: string, remark?: string): ReadingStep => ({
  sql,
  ...(remark ? { remark } : {}),
});

const linkAsJson = `jsonb_build_object('id', class_id, 'label', class_label) order by class_id`;

/** In order: what the files say, made consistent in itself. The directory has no part in it, but that who has pupils is a school. */
export const readingSteps: readonly ReadingStep[] = [
  // Of names nothing is known that any step would ask for.
  step(
    'analyze stage_structure (source_key, uai, circonscription), stage_person (ord, entity, source_key), stage_place, stage_link',
  ),
  // A circonscription is a structure too, and no school: where it is delivered, it gives its schools its name. A school
  // that has pupils, here or in the directory, stays one, whoever names it by mistake.
  step(`create temp table circonscription as
    with named as materialized (
      select distinct c.source_key, c.uai from stage_structure n join stage_structure c on c.source_key = n.circonscription
      where n.source_key <> c.source_key)
    select distinct c.source_key from named c
    where not exists (select from stage_place p where p.structure_key = c.source_key and p.profile = 'STUDENT')
      -- Of these few, one by one by index: to find the first, or whether there is any, the planner would read everybody.
      and (select count(*) from enrolment e where e.uai = c.uai and e.profile = 'STUDENT' and e.ends_on is null) = 0`),
  step(`insert into read_structure (uai, source_key, name, insee, commune, postal_code, is_public, classes, groups, circonscription)
    select distinct on (s.uai) s.uai, s.source_key, s.name, s.insee, s.commune, s.postal_code, s.is_public, s.classes, s.groups,
      coalesce(nullif(c.name, ''), s.circonscription)
    from stage_structure s left join stage_structure c on c.source_key = s.circonscription
    where s.source_key not in (select source_key from circonscription) order by s.uai, s.source_key, c.uai`),
  // Several keys may lead to one school.
  step(`insert into school_key (source_key, uai)
    select distinct on (source_key) source_key, uai from stage_structure
    where source_key not in (select source_key from circonscription) order by source_key, uai on conflict do nothing`),
  // The first entry of a key counts; a key in two entities (pupil, guardian, staff) is one person with the places of both.
  step(
    `doubled as (select source_key, entity, min(ord) as first from stage_person group by 1, 2 having count(*) > 1),
      gone as (delete from stage_person s using doubled d
        where s.source_key = d.source_key and s.entity = d.entity and s.ord > d.first returning s.ord, s.source_key as subject, s.file, s.line),
      places as (delete from stage_place p using gone g where p.ord = g.ord),
      links as (delete from stage_link l using gone g where l.ord = g.ord),
      found as (select subject, file, line from gone)`,
    'DUPLICATE_ENTRY',
  ),
  step(`insert into read_person (source_key, entity, last_name, first_name, birth_date, ine_hash, file, line, academic_identifier)
    select distinct on (source_key) source_key, entity, last_name, first_name, birth_date, ine_hash, file, line, academic_identifier
    from stage_person order by source_key, entity;
    create unique index on read_person (source_key)`),
  step(
    `found as (select p.source_key as subject, e.file, e.line from stage_place p join stage_person e using (ord)
     where not exists (select from school_key s where s.source_key = p.structure_key))`,
    'STRUCTURE_UNKNOWN',
  ),
  step(
    `found as (select l.child_key as subject, e.file, e.line from stage_link l join stage_person e using (ord)
     where not exists (select from stage_person g where g.entity = 2 and g.source_key = l.guardian_key))`,
    'GUARDIAN_UNKNOWN',
  ),
  // Who has no place: guardians whose children are not here, others without a known school.
  step(`create temp table placed as
    select distinct p.source_key from stage_place p join school_key s on s.source_key = p.structure_key
    where p.profile <> 'FURTHER_STUDENT'`),
  step(`create temp table read_link as
    select distinct on (l.child_key, l.guardian_key) l.child_key, l.guardian_key, l.relation
    from stage_link l
    join placed c on c.source_key = l.child_key
    join stage_person g on g.entity = 2 and g.source_key = l.guardian_key
    order by l.child_key, l.guardian_key, l.relation`),
  step('analyze placed, read_link, read_person (source_key, entity, ine_hash)'),
  step(
    `found as (delete from read_person p where not exists (select from placed q where q.source_key = p.source_key)
       and not exists (select from read_link l where l.guardian_key = p.source_key) and p.entity = 2
     returning p.source_key as subject, p.file, p.line)`,
    'GUARDIAN_OF_NOBODY',
  ),
  step(
    `found as (delete from read_person p where not exists (select from placed q where q.source_key = p.source_key)
       and not exists (select from read_link l where l.guardian_key = p.source_key)
     returning p.source_key as subject, p.file, p.line)`,
    'WITHOUT_STRUCTURE',
  ),
  step(`insert into read_place
    select distinct on (t.source_key, t.profile, s.uai)
      t.source_key, t.profile, s.uai, t.class_id, t.class_label, t.level, t.is_head, t.entered_on, t.post, t.classes, t.groups
    from stage_place t join school_key s on s.source_key = t.structure_key
    join read_person p on p.source_key = t.source_key
    order by t.source_key, t.profile, s.uai, t.ord`),
  // Of two keys of one school, and of a school without which the pupil is nowhere at home.
  step(`delete from read_place f where f.profile = 'FURTHER_STUDENT' and not exists (
      select from read_place h where h.source_key = f.source_key and h.profile = 'STUDENT' and h.uai <> f.uai)`),
  // A guardian's place is wherever its children are, from the first child's entry on.
  step(`insert into read_place
    select l.guardian_key, 'RELATIVE', p.uai, '', '', '', false, min(p.entered_on), null, null, null
    from read_link l join read_place p on p.source_key = l.child_key and p.profile = 'STUDENT' group by l.guardian_key, p.uai`),
  step('analyze read_place'),
];

/**
 * A source that speaks school by school: what it says of a person in one school is a statement of its own, under the key
 * `UAI/kind/key`, so that another school's delivery neither ends nor repeats it.
 */
export const stepsBySchool: readonly string[] = [
  'create temp table whole_person as select * from read_person',
  'delete from read_person',
  `insert into read_person (source_key, entity, last_name, first_name, birth_date, ine_hash, file, line)
   select distinct p.uai || '/' || w.source_key, w.entity, w.last_name, w.first_name, w.birth_date, w.ine_hash, w.file, w.line
   from whole_person w join read_place p using (source_key) where p.profile <> 'FURTHER_STUDENT'`,
  `update read_link l set child_key = p.uai || '/' || l.child_key, guardian_key = p.uai || '/' || l.guardian_key
   from read_place p where p.source_key = l.child_key and p.profile = 'STUDENT'`,
  // A further school is said by the delivery of the home school.
  `update read_place f set source_key = h.uai || '/' || f.source_key from read_place h
   where f.profile = 'FURTHER_STUDENT' and h.source_key = f.source_key and h.profile = 'STUDENT'`,
  `update read_place set source_key = uai || '/' || source_key where profile <> 'FURTHER_STUDENT'`,
  // It says of these schools who is in which class, and leaves the rest to others.
  `insert into read_structure (uai, source_key, name, insee, commune, postal_code, is_public)
   select distinct uai, uai, '', '', '', '', null::boolean from read_place where profile = 'STUDENT'
   on conflict do nothing`,
];

/**
 * A file without a column of classes or groups says nothing of them: what the source stated of them stays. $1: the source.
 */
export const classesStay: readonly string[] = [
  `update read_place p set groups = s.groups from stated_place s
   where p.groups is null and p.profile = 'STUDENT' and s.groups is not null
     and s.source = $1 and s.source_key = p.source_key and s.profile = p.profile and s.uai = p.uai`,
  `update read_place p set classes = coalesce(p.classes, l.classes), groups = coalesce(p.groups, l.groups)
   from (select source_key, uai, jsonb_agg(${linkAsJson}) filter (where not is_group) as classes,
           jsonb_agg(${linkAsJson}) filter (where is_group) as groups
         from class_link where source = $1 and ends_on is null group by 1, 2) l
   where l.source_key = p.source_key and l.uai = p.uai and p.profile in ('TEACHER', 'PERSONNEL', 'GUEST')
     and (p.classes is null or p.groups is null)`,
  `update read_place set classes = nullif(classes, '[]'), groups = nullif(groups, '[]')
   where '[]' in (classes, groups)`,
];

/** Files of pupils alone say nothing of their guardians: what the source stated of them stays. $1: the source. */
export const linksStay = `
  insert into read_link (child_key, guardian_key, relation)
  select s.child_key, s.guardian_key, s.relation from stated_link s
  join read_person p on p.source_key = s.child_key and p.entity = 1 where s.source = $1`;

/** An INE of several pupils stays with the one of whom the source states it already; the others, or all, come without. $1: the import. */
export const ineTwice = `
  twice as (select ine_hash from read_person where ine_hash is not null group by 1 having count(*) > 1),
  found as (update read_person p set ine_hash = null from twice t
    where t.ine_hash = p.ine_hash and not exists (
      select from stated_person s join directory_import i on i.source = s.source
      where i.import_id = $1 and s.source_key = p.source_key and s.ine_hash = p.ine_hash)
    returning p.source_key as subject, p.file, p.line)`;

/** Keeps it, with a digest of all that is said of each key and of each school. $1: the import. */
export const keepPeople = `
    with places as (
      select source_key, string_agg(concat_ws(e'\\x1f', profile, uai, class_id, class_label, level, is_head, entered_on, post::text, 'classes ' || classes::text, 'groups ' || groups::text), e'\\x1e') as text
      from (select * from read_place order by source_key, profile, uai) p group by 1),
    guardians as (
      select child_key as source_key, string_agg(guardian_key || ':' || relation, ',') as text
      from (select * from read_link order by child_key, guardian_key) l group by 1),
    children as (
      select guardian_key as source_key, string_agg(child_key, ',') as text
      from (select * from read_link order by guardian_key, child_key) l group by 1)
    insert into delivered_person (import_id, source_key, entity, last_name, first_name, birth_date, ine_hash, academic_identifier, digest)
    select $1, p.source_key, p.entity, p.last_name, p.first_name, p.birth_date, p.ine_hash, p.academic_identifier,
      md5(concat_ws(e'\\x1d', p.entity, p.last_name, p.first_name, p.birth_date, p.ine_hash, 'academic ' || p.academic_identifier,
        'places', a.text, 'guardians', b.text, 'children', c.text))::uuid
    from read_person p left join places a using (source_key) left join guardians b using (source_key)
    left join children c using (source_key) order by p.source_key`;

export const keepPlaces = `
    insert into delivered_place (import_id, source_key, profile, uai, class_id, class_label, level, is_head, entered_on, post, classes, groups)
    select $1, source_key, profile, uai, class_id, class_label, level, is_head, entered_on, post, classes, groups
    from read_place order by source_key, profile, uai`;

export const keepLinks = `
    insert into delivered_link (import_id, child_key, guardian_key, relation)
    select $1, child_key, guardian_key, relation from read_link order by child_key, guardian_key`;

/** One digest of a whole delivery, whatever its order. $1: the import. */
export const contentDigest = `
  select md5(concat_ws('|', count(*), sum(('x' || substr(md5(key || digest), 1, 15))::bit(60)::bigint)))::uuid as digest
  from (select source_key as key, digest from delivered_person where import_id = $1
        union all select uai, digest from delivered_structure where import_id = $1) as stated`;
