import { STRUCTURE_STATE } from '../../../structures/structures.module.js';
import { type Attribute, priorityInSql } from '../../domain/attribute-priorities.js';

/**
 * First of all on a connection that makes temporary tables: PostgreSQL takes no other figure once it has made one, so
 * every user of the pool names the same.
 */
export const tempBuffers = `set temp_buffers = '48MB'`;

/** The changes that are written at once, and what follows from all that is stated of their people. Empty between transactions. */
export const batchTables = `
  create temp table if not exists batch (seq bigint, source_key text collate "C", person_id uuid, kind text, digest_before uuid, digest_after uuid, revision_before bigint) on commit delete rows;
  create temp table if not exists derived_place (person_id uuid, profile text collate "C", uai text collate "C", class_id text, class_label text, level text, is_head boolean, entered_on date, post jsonb, classes jsonb, groups jsonb) on commit delete rows;
  create temp table if not exists derived_link (child_id uuid, guardian_id uuid, relation text) on commit delete rows;`;

/** What the batch before has left of the same transaction. */
export const clearBatch = 'delete from batch; delete from derived_place; delete from derived_link';

/** $1: plan, $2: part, $3: the last change before, $4: how many. The keys of one person are not torn apart. Where it ends is found once, not for each change. */
export const takeBatch = `
  insert into batch (seq, source_key, person_id, kind, digest_before, digest_after, revision_before)
  with next as (
    select seq, person_id from plan_change where plan_id = $1 and part = $2 and seq > $3 order by seq limit $4),
  last as (select seq, person_id from next order by seq desc limit 1),
  upto as materialized (
    select coalesce(max(c.seq), max(last.seq)) as seq from last
    left join plan_change c on c.plan_id = $1 and c.part = $2 and c.seq > last.seq and c.seq <= last.seq + 50 and c.person_id = last.person_id)
  select c.seq, c.source_key, c.person_id, c.kind, c.digest_before, c.digest_after, c.revision_before
  from plan_change c where c.plan_id = $1 and c.part = $2 and c.seq > $3 and c.seq <= (select seq from upto) order by c.seq
  returning seq, person_id`;

/**
 * Whether source or directory have moved since the plan was made: the source says another thing of a key, somebody
 * else changed the person, or a new person's INE has found an owner about whom nobody is asked. Then, whether anybody of the batch is known: stated
 * by the source, or there. Key by key by index, never a batch beside everybody. $1: source, $2: import, $3: plan.
 */
export const staleInBatchSql = (isDeliveredElsewhere: (person: string) => string): string => `
  with found as (
    select b.digest_before, b.revision_before, s.digest, p.revision, p.import_id, s.digest is not null or p.revision is not null as is_known
    from batch b
    left join lateral (select s.digest from stated_person s where s.source = $1 and s.source_key = b.source_key offset 0) s on true
    left join lateral (select p.revision, p.import_id from person p where p.person_id = b.person_id offset 0) p on true)
  select (select bool_or(is_known) from found) as known, exists (
    select from found f
    where f.digest is distinct from f.digest_before
      or (f.revision is distinct from f.revision_before
          and not exists (select from plan_part a where a.plan_id = $3 and a.part_id = f.import_id))
  ) or exists (
    select from batch b
    cross join lateral (
      select d.ine_hash from delivered_person d where d.import_id = $2 and d.source_key = b.source_key offset 0) d
    cross join lateral (
      select h.person_id from person h where h.ine_hash = d.ine_hash and h.person_id <> b.person_id offset 0) holder
    where b.kind = 'NEW' and d.ine_hash is not null and not ${isDeliveredElsewhere('holder.person_id')}
      and not exists (
        select from doubtful_pair q
        where (q.newcomer_id, q.known_id) in ((b.person_id, holder.person_id), (holder.person_id, b.person_id)))
  ) as stale`;

/** What the source says now of the keys of the batch, exactly as it was delivered. $1: source, $2: import, $3: dated on. */
export const statePeople = `
   insert into stated_person as s (source, source_key, person_id, entity, last_name, first_name, birth_date, ine_hash, academic_identifier, digest, dated_on)
   select $1, d.source_key, b.person_id, d.entity, d.last_name, d.first_name, d.birth_date, d.ine_hash, d.academic_identifier, d.digest, $3::date
   from batch b join delivered_person d on d.import_id = $2 and d.source_key = b.source_key
   on conflict (source, source_key) do update set person_id = excluded.person_id, entity = excluded.entity,
     last_name = excluded.last_name, first_name = excluded.first_name, birth_date = excluded.birth_date,
     ine_hash = excluded.ine_hash, academic_identifier = excluded.academic_identifier, digest = excluded.digest, dated_on = excluded.dated_on`;

export const isPupils = (place: string) => `${place}.profile in ('STUDENT', 'FURTHER_STUDENT')`;

/**
 * A number that stood in a statement under a digest that the source still gives, and not in what it delivers, was written
 * there past any import, and stays with nobody: else whoever wrote it to the person too would be believed for ever, since
 * a number stays with who has it. Before anything is stated. $1: source, $2: import.
 */
export const forgetForgedNumbers = `
  update person p set ine_hash = null
  from (
    -- These are few, or none: each by index, not a delivery beside a batch.
    select b.person_id, s.ine_hash, d.ine_hash as delivered from batch b
    cross join lateral (select s.ine_hash from stated_person s where s.source = $1 and s.source_key = b.source_key offset 0) s
    cross join lateral (select d.ine_hash from delivered_person d where d.import_id = $2 and d.source_key = b.source_key offset 0) d
    where b.digest_before = b.digest_after) f
  where p.person_id = f.person_id and p.ine_hash = f.ine_hash and f.delivered is distinct from f.ine_hash`;

/** What it says no more, of whom it stated before: key by key by index, not a batch beside a delivery. $1: source, $2: import. */
export const stateNoMore: readonly string[] = [
  `delete from stated_person s using batch b
   where s.source = $1 and s.source_key = b.source_key
     and not exists (select from delivered_person d where d.import_id = $2 and d.source_key = b.source_key offset 0)`,
  `delete from stated_place s using batch b
   where b.digest_before is not null and s.source = $1 and s.source_key = b.source_key and not exists (
     select from delivered_place d where d.import_id = $2 and d.source_key = s.source_key and d.profile = s.profile and d.uai = s.uai offset 0)`,
  `delete from stated_link s using batch b
   where b.digest_before is not null and s.source = $1 and s.child_key = b.source_key and not exists (
     select from delivered_link d where d.import_id = $2 and d.child_key = s.child_key and d.guardian_key = s.guardian_key offset 0)`,
];

/** And their places and links. $1: source, $2: import. */
export const stateRest: readonly string[] = [
  `insert into stated_place as s (source, source_key, profile, uai, class_id, class_label, level, is_head, entered_on, post, classes, groups)
   select $1, d.source_key, d.profile, d.uai, d.class_id, d.class_label, d.level, d.is_head, d.entered_on, d.post,
     case when ${isPupils('d')} then d.classes end, case when ${isPupils('d')} then d.groups end
   from batch b join delivered_place d on d.import_id = $2 and d.source_key = b.source_key
   on conflict (source, source_key, profile, uai) do update set class_id = excluded.class_id, class_label = excluded.class_label,
     level = excluded.level, is_head = excluded.is_head, entered_on = excluded.entered_on, post = excluded.post,
     classes = excluded.classes, groups = excluded.groups`,
  `insert into stated_link as s (source, child_key, guardian_key, relation)
   select $1, d.child_key, d.guardian_key, d.relation
   from batch b join delivered_link d on d.import_id = $2 and d.child_key = b.source_key
   on conflict (source, child_key, guardian_key) do update set relation = excluded.relation`,
];

/** Of statements `s` of sources `c`, for places or relations: by whose word counts, then always alike. */
const inOrder = (attribute: 'PLACES' | 'RELATIONS') =>
  `${priorityInSql(attribute)}, s.entity, s.source, s.source_key`;
const touched = 'with people as (select distinct person_id from batch)';

/** Of a person's numbered statements `o` what the first says that says it, by the priority of the attribute. */
export const firstOf = (column: string, attribute: Attribute, says = 'true') =>
  `(array_agg(o.${column}))[(min(array[${priorityInSql(attribute, 'o')}, o.n]) filter (where ${says}))[2]]`;

/** The statements of some people (a query of person_id), numbered one by one. */
export const numberedStatements = (people: string): string => `
    select t.person_id, s.source, s.source_key, s.last_name, s.first_name, s.birth_date, s.ine_hash, s.academic_identifier,
      c.priority, c.priorities, (row_number() over (partition by t.person_id order by s.entity, s.source, s.source_key))::integer as n
    from (${people}) t join stated_person s using (person_id) join declared_source c on c.source_code = s.source
    order by t.person_id, n`;

/**
 * Of the people of a batch, who they are: what all sources say together; whose word counts is, attribute by attribute,
 * the source's that is first (DIR-5). The statements are sorted and numbered once, and each attribute is taken by its
 * number: sorted for each, they cost several times as much.
 */
export const derivedPeople = `
  select o.person_id, ${firstOf('source', 'NAMES')} as source, ${firstOf('source_key', 'NAMES')} as source_key,
    ${firstOf('last_name', 'NAMES')} as last_name, ${firstOf('first_name', 'NAMES')} as first_name,
    ${firstOf('birth_date', 'BIRTH_DATE', 'o.birth_date is not null')} as birth_date,
    ${firstOf(
      'ine_hash',
      'INE',
      `o.ine_hash is not null and not exists (
      select from person h where h.ine_hash = o.ine_hash and h.person_id <> o.person_id)`,
    )} as ine_hash,
    ${firstOf('academic_identifier', 'ACADEMIC_IDENTIFIER', 'o.academic_identifier is not null')} as academic_identifier
  from (${numberedStatements('select distinct person_id from batch')}) o
  group by o.person_id`;

/** $1: part or null. */
export const derivePeopleSql = `
  insert into person as p (person_id, source, source_key, last_name, first_name, birth_date, ine_hash, academic_identifier, revision, import_id)
  select d.*, 1, $1::uuid from (${derivedPeople}) d
  on conflict (person_id) do update set source = excluded.source, source_key = excluded.source_key, last_name = excluded.last_name,
    first_name = excluded.first_name, birth_date = excluded.birth_date, ine_hash = coalesce(excluded.ine_hash, p.ine_hash),
    academic_identifier = excluded.academic_identifier,
    revision = p.revision + 1, import_id = excluded.import_id, left_on = null
  returning person_id, revision = 1 as created`;

export const derivePlaces = `
  ${touched}
  insert into derived_place (person_id, profile, uai, class_id, class_label, level, is_head, entered_on, post, classes, groups)
  select distinct on (t.person_id, l.profile, l.uai) t.person_id, l.profile, l.uai, l.class_id, l.class_label, l.level, l.is_head, l.entered_on, l.post,
    l.classes, l.groups
  from people t join stated_person s using (person_id) join declared_source c on c.source_code = s.source
  join stated_place l on l.source = s.source and l.source_key = s.source_key
  order by t.person_id, l.profile, l.uai, ${inOrder('PLACES')}`;

/** A school that is somebody's home by one source is no further school by another (DIR-4). */
export const homeIsNoFurtherSchool = `
  delete from derived_place f using derived_place h
  where f.profile = 'FURTHER_STUDENT' and h.person_id = f.person_id and h.uai = f.uai and h.profile = 'STUDENT'`;

export const deriveLinks = `
  ${touched}
  insert into derived_link (child_id, guardian_id, relation)
  select distinct on (t.person_id, k.person_id) t.person_id, k.person_id, l.relation
  from people t join stated_person s using (person_id) join declared_source c on c.source_code = s.source
  join stated_link l on l.source = s.source and l.child_key = s.source_key
  join person_key k on k.source = l.source and k.source_key = l.guardian_key
  order by t.person_id, k.person_id, ${inOrder('RELATIONS')}, l.guardian_key`;

/** Places that no source states any more end on the day on which it takes effect (`effectiveDay`). $1: that day. */
export const endPlaces = `
  ${touched}
  update enrolment e set ends_on = greatest(e.starts_on, $1::date) from people t
  where e.person_id = t.person_id and e.ends_on is null
    and not exists (select from derived_place p where p.person_id = e.person_id and p.profile = e.profile and p.uai = e.uai)`;

/**
 * A corrected date of entry moves the start, unless the person was there before and came back. Whose place ended before it
 * began was not there: else deriving the same again would move what has just begun.
 */
export const changePlaces = `
  update enrolment e set class_id = p.class_id, class_label = p.class_label, level = p.level, is_head = p.is_head, post = p.post,
    classes = p.classes, groups = p.groups,
    starts_on = case when p.entered_on is null or exists (select from enrolment c
        where c.person_id = e.person_id and c.profile = e.profile and c.uai = e.uai
          and (c.ends_on > c.starts_on or (c.ends_on = c.starts_on and c.starts_on = p.entered_on)))
      then e.starts_on else p.entered_on end
  from derived_place p
  where e.person_id = p.person_id and e.profile = p.profile and e.uai = p.uai and e.ends_on is null`;

export const beginPlaces = `
  insert into enrolment as e (person_id, profile, uai, starts_on, class_id, class_label, level, is_head, post, classes, groups)
  select p.person_id, p.profile, p.uai,
    case when p.entered_on is null or before.ended_on > p.entered_on
      then greatest($1::date, before.ended_on) else p.entered_on end,
    p.class_id, p.class_label, p.level, p.is_head, p.post, p.classes, p.groups
  from derived_place p left join lateral (
    select max(c.ends_on) as ended_on from enrolment c
    where c.person_id = p.person_id and c.profile = p.profile and c.uai = p.uai and c.ends_on > c.starts_on) before on true
  where not exists (select from enrolment o where o.person_id = p.person_id and o.profile = p.profile and o.uai = p.uai and o.ends_on is null)
  on conflict (person_id, profile, uai, starts_on) do update set ends_on = null, class_id = excluded.class_id,
    class_label = excluded.class_label, level = excluded.level, is_head = excluded.is_head, post = excluded.post,
    classes = excluded.classes, groups = excluded.groups`;

/** A person whom no source states any more leaves on the day of the service, or when its last place ends later. $1: part. */
export const leaveSql = `
  ${touched}
  update person s set revision = s.revision + 1, import_id = $1::uuid,
    left_on = greatest((select max(e.ends_on) from enrolment e where e.person_id = s.person_id), (select platform.business_date()))
  from people t where s.person_id = t.person_id and s.left_on is null
    and not exists (select from stated_person q where q.person_id = s.person_id)
  returning s.person_id`;

/** The links hang on the child: a guardian's own list follows from them. Those of leavers stay until erasure. */
export const endLinks = `
  ${touched}
  delete from guardian_link l using people t where l.child_id = t.person_id
    and exists (select from stated_person s where s.person_id = t.person_id)
    and not exists (select from derived_link d where d.child_id = l.child_id and d.guardian_id = l.guardian_id)`;

export const beginLinks = `
  insert into guardian_link (child_id, guardian_id, relation)
  select child_id, guardian_id, relation from derived_link
  on conflict (child_id, guardian_id) do update set relation = excluded.relation where guardian_link.relation <> excluded.relation`;

/** The schools of a part as its source states them now. $1: source, $2: import, $3: dated on, $4: plan, $5: part. */
export const stateSchools = `
  insert into stated_structure as s (source, uai, source_key, name, insee, commune, postal_code, is_public, classes, groups, circonscription, digest, dated_on)
  select $1, d.uai, d.source_key, d.name, d.insee, d.commune, d.postal_code, d.is_public, d.classes, d.groups, d.circonscription, d.digest, $3::date
  from plan_school q join delivered_structure d on d.import_id = $2 and d.uai = q.uai
  where q.plan_id = $4 and q.part = $5 and q.structure_after is distinct from q.structure_before
  on conflict (source, uai) do update set source_key = excluded.source_key, name = excluded.name, insee = excluded.insee,
    commune = excluded.commune, postal_code = excluded.postal_code, is_public = excluded.is_public, classes = excluded.classes,
    groups = excluded.groups, circonscription = excluded.circonscription, digest = excluded.digest, dated_on = excluded.dated_on`;

const facts =
  'source_key, name, insee, commune, postal_code, is_public, classes, groups, circonscription';
/** Of a school, in the rows of tables alike. */
export const factsOf = (row: string): string =>
  facts
    .split(', ')
    .map((column) => `${row}.${column}`)
    .join(', ');

/** A school is what all sources say together: of each fact, the first that says it (DIR-5, SCH-1). `uais`: which; $1: the part's id, or null where they are there already. */
export const deriveSchools = (uais: string): string => `
  insert into structure as s (uai, source_key, name, insee, commune, postal_code, is_public, classes, groups, circonscription, content_hash, revision, import_id)
  select f.uai, f.source_key, f.name, f.insee, f.commune, f.postal_code, f.is_public, f.classes, f.groups, f.circonscription, md5(f::text)::uuid, 1,
    coalesce($1::uuid, (select b.import_id from structure b where b.uai = f.uai))
  from (select t.uai, ${first('t.source_key')} as source_key, ${said('t.name')} as name, ${said('t.insee')} as insee,
      ${said('t.commune')} as commune, ${said('t.postal_code')} as postal_code,
      coalesce(${first('t.is_public', 't.is_public is not null')}, false) as is_public,
      coalesce(${first('t.classes', `t.classes <> '[]'`)}, '[]') as classes,
      coalesce(${first('t.groups', `t.groups <> '[]'`)}, '[]') as groups, ${said('t.circonscription')} as circonscription
    from (${uais}) q join stated_structure t on t.uai = q.uai join declared_source c on c.source_code = t.source
    group by t.uai) f order by f.uai
  on conflict (uai) do update set source_key = excluded.source_key, name = excluded.name, insee = excluded.insee,
    commune = excluded.commune, postal_code = excluded.postal_code, is_public = excluded.is_public, classes = excluded.classes,
    groups = excluded.groups, circonscription = excluded.circonscription, content_hash = excluded.content_hash, revision = s.revision + 1, import_id = excluded.import_id
  where (s.content_hash, ${factsOf('s')}) is distinct from (excluded.content_hash, ${factsOf('excluded')})
  returning ${STRUCTURE_STATE}`;

/** The schools of a part of which its source says another thing. $2: plan, $3: part. */
export const deriveSchoolsSql = deriveSchools(`
  select uai from plan_school where plan_id = $2 and part = $3 and structure_after is distinct from structure_before`);

function first(column: string, where = 'true'): string {
  return `(array_agg(${column} order by ${priorityInSql('SCHOOLS')}, t.source) filter (where ${where}))[1]`;
}

function said(column: string): string {
  return `coalesce(${first(column, `${column} <> ''`)}, '')`;
}
