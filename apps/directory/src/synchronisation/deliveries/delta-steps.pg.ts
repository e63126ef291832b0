/** Temporary tables of one delta: what it says of each entity that it names, and which people and schools are to be compared. */
export const deltaTables = `
  create temp table delta_statement (entity smallint, source_key text collate "C", ine_hash text, attributes jsonb, refers text[] not null,
    held_refers text[] not null, is_gone boolean not null, was_held boolean not null, moves boolean not null, is_restated boolean not null,
    file text not null, line integer not null, primary key (entity, source_key));
  create temp table delta_scope (entity smallint, source_key text collate "C", is_compared boolean not null, primary key (entity, source_key));`;

/** $1: the source, $2: the import. */
export const undecidedSchools = `
  select distinct q.uai from directory_import i join plan p using (import_id) join plan_school q using (plan_id)
  where i.source = $1 and i.import_id <> $2 and i.state not in ('COMPLETED', 'REFUSED') and p.state = 'CURRENT' and q.state = 'HELD'`;

/** What is said of these entities up to now: by the delta so far, else as it is held. $1: source, $2: entities, $3: keys. */
export const saidSoFar = `
  select w.entity, w.source_key, coalesce(d.ine_hash, case when d.entity is null then h.ine_hash end) as ine_hash,
    case when d.entity is null then h.attributes when d.is_gone then null else d.attributes end as attributes,
    h.attributes as held_attributes, coalesce(h.refers, '{}') as held_refers, h.entity is not null as was_held
  from unnest($2::smallint[], $3::text[] collate "C") as w (entity, source_key)
  left join delta_statement d on d.entity = w.entity and d.source_key = w.source_key
  left join held_statement h on h.source = $1 and h.entity = w.entity and h.source_key = w.source_key`;

/** $1: the rows as JSON. A later change of the same entity wins. */
export const say = `
  insert into delta_statement
  select * from jsonb_populate_recordset(null::delta_statement, $1::jsonb)
  on conflict (entity, source_key) do update set ine_hash = excluded.ine_hash, attributes = excluded.attributes, refers = excluded.refers,
    is_gone = excluded.is_gone, moves = excluded.moves, is_restated = excluded.is_restated, file = excluded.file, line = excluded.line`;

const add = (isCompared: boolean, select: string): string => `
  insert into delta_scope (entity, source_key, is_compared) select distinct entity, source_key, ${isCompared} from (${select}) as s
  on conflict (entity, source_key) do update set is_compared = true where excluded.is_compared and not delta_scope.is_compared`;

/**
 * Who names one of these keys: key by key by the index of what is named, not all statements beside all keys, nor, of a
 * table of which nothing is known yet, all of a source for each key.
 */
const naming = (entities: string, keys: string): string => `
  select n.entity, n.source_key from (${keys}) k cross join lateral (
    select h.source, h.entity, h.source_key from held_statement h where h.refers @> array[k.source_key] offset 0) n
  where n.source = $1 and n.entity in (${entities})`;

/** What is named now by those of whom the delta speaks. $1: the source. */
const namedBy = (entities: string): string => `
  select distinct r.key as source_key from delta_scope s
  left join delta_statement d on d.entity = s.entity and d.source_key = s.source_key
  left join held_statement h on h.source = $1 and h.entity = s.entity and h.source_key = s.source_key,
  lateral unnest(coalesce(d.refers, h.refers)) as r (key) where s.entity in (${entities})`;

/** Older deliveries of the source that were kept, and whose work a fault stopped. $1: the source, $2: the import. */
const stopped = `
  select import_id, scope, scope_entities from directory_import
  where source = $1 and import_id <> $2 and state = 'FAILED' and delivered_on is not null`;

/** Whom these deliver otherwise than they are stated, as far as nobody decided about them. $1, $2 as above. */
const notAppliedOfStopped = `
  select x.entity, x.source_key from (
    select import_id, source_key, coalesce(d.entity, s.entity) as entity
    from (select i.import_id, p.source_key, p.entity, p.digest from (${stopped}) i join delivered_person p using (import_id)) d
    full join (
      select i.import_id, o.source_key, o.entity, o.digest from (${stopped}) i join stated_person o on o.source = $1
      where case when i.scope = 'SOURCE' then o.entity = any(i.scope_entities) else exists (
        select from delivered_person p where p.import_id = i.import_id and p.source_key = o.source_key
        union all select from delivered_absence a where a.import_id = i.import_id and a.source_key = o.source_key) end) s
      using (import_id, source_key)
    where d.digest is distinct from s.digest) x
  where not exists (
    select from plan p join plan_change c using (plan_id) join plan_school q using (plan_id)
    where p.import_id = x.import_id and p.state = 'CURRENT' and c.source_key = x.source_key and q.uai = any(c.uais)
      and q.state not in ('RELEASED', 'APPROVED', 'HELD'))`;

/** Schools of which either says something that is not stated yet. $1, $2 as above. */
const waitingSchools = `
  select d.source_key from (
    select import_id from (${stopped}) i
    union select import_id from directory_import where source = $1 and import_id <> $2 and state = 'HELD') i
  join delivered_structure d using (import_id)
  left join plan p on p.import_id = d.import_id and p.state = 'CURRENT'
  left join plan_school q on q.plan_id = p.plan_id and q.uai = d.uai
  left join stated_structure s on s.source = $1 and s.uai = d.uai
  where d.digest is distinct from s.digest and coalesce(q.state, 'HELD') in ('RELEASED', 'APPROVED', 'HELD')`;

/**
 * Of whom a delta speaks besides those whom it names, by what they name: pupils of a guardian who came or went, people
 * of a school that came, went or changed its UAI, schools of a circonscription that changed, who inspects schools that changed, guardians of all these pupils, who is where their children are, and
 * whatever an older delivery still waits with, for a person or after a fault. Then, only to be read beside them, the other children of those guardians.
 * $1: the source, $2: the import.
 */
export const scopeSteps: readonly string[] = [
  add(true, `select entity, source_key from delta_statement where entity > 0`),
  add(true, naming('1, 3', 'select source_key from delta_statement where entity = 0 and moves')),
  // Schools of a circonscription that came, went or has another name, and whoever inspects the schools that changed.
  add(true, naming('0', 'select source_key from delta_statement where entity = 0')),
  add(
    true,
    naming(
      '3',
      // A school is its own circonscription where no other names it: its name is told with who inspects it.
      `select d.source_key from delta_statement d where d.entity = 0
       union select unnest(d.refers || d.held_refers) from delta_statement d where d.entity = 0
       union select unnest(h.refers) from delta_scope s
       join held_statement h on h.source = $1 and h.entity = 0 and h.source_key = s.source_key where s.entity = 0`,
    ),
  ),
  add(
    true,
    naming('1', 'select source_key from delta_statement where entity = 2 and was_held = is_gone'),
  ),
  add(
    true,
    `with waiting as materialized (
       select p.plan_id, q.uai from directory_import i join plan p using (import_id) join plan_school q using (plan_id)
       where i.source = $1 and i.import_id <> $2 and i.state = 'HELD' and p.state = 'CURRENT' and q.state in ('HELD', 'APPROVED'))
     select coalesce(h.entity, s.entity, 1) as entity, c.source_key from (select distinct plan_id from waiting) p join plan_change c using (plan_id)
     left join held_statement h on h.source = $1 and h.entity in (1, 2, 3) and h.source_key = c.source_key
     left join stated_person s on s.source = $1 and s.source_key = c.source_key
     where c.part is null and exists (select from waiting q where q.plan_id = c.plan_id and q.uai = any(c.uais))`,
  ),
  add(true, notAppliedOfStopped),
  add(
    true,
    `select 2 as entity, r.key as source_key from delta_scope s
     left join delta_statement d on d.entity = 1 and d.source_key = s.source_key
     left join held_statement h on h.source = $1 and h.entity = 1 and h.source_key = s.source_key,
     lateral (select unnest(d.refers) union select unnest(h.refers)) as r (key)
     where s.entity = 1 and (exists (select from delta_statement g where g.entity = 2 and g.source_key = r.key)
       or exists (select from held_statement g where g.source = $1 and g.entity = 2 and g.source_key = r.key))`,
  ),
  // A key in two entities is one person with the places of both: key by key, not all of a delta beside all of it. Whom the
  // delta names in either is there already.
  add(
    true,
    `select h.entity, h.source_key from delta_scope s cross join lateral (
       select h.entity, h.source_key from held_statement h
       where h.source = $1 and h.entity = any(array_remove('{1,2,3}'::smallint[], s.entity)) and h.source_key = s.source_key offset 0) h
     where s.is_compared and s.entity > 0`,
  ),
  'analyze delta_scope',
  add(
    false,
    `${naming('1', 'select source_key from delta_scope where entity = 2 and is_compared')}
     union select d.entity, d.source_key from delta_statement d where d.entity = 1 and exists (
       select from unnest(d.refers) as r (key) join delta_scope g on g.entity = 2 and g.is_compared and g.source_key = r.key)`,
  ),
  // The schools that all of them name, and those of whom they inspect.
  add(false, `select 0 as entity, source_key from (${namedBy('1, 3')}) r`),
  add(false, naming('0', namedBy('3'))),
  add(
    true,
    `select 0 as entity, source_key from delta_statement where entity = 0 union select 0, source_key from (${waitingSchools}) w`,
  ),
  // Circonscriptions give their schools their names.
  add(false, `select 0 as entity, source_key from (${namedBy('0')}) r`),
];

/** What is said now of whom the delta speaks, page by page. $1: the source, $2: entity and $3: key of the last one, $4: how many. */
export const saidNow = `
  select s.entity, s.source_key, coalesce(d.attributes, h.attributes) as attributes,
    case when d.entity is null then h.ine_hash else d.ine_hash end as ine_hash, coalesce(d.is_restated, false) as is_restated,
    coalesce(d.file, '') as file, coalesce(d.line, 0) as line
  from delta_scope s
  left join delta_statement d on d.entity = s.entity and d.source_key = s.source_key
  left join held_statement h on h.source = $1 and h.entity = s.entity and h.source_key = s.source_key
  where (s.entity, s.source_key) > ($2, $3) and not coalesce(d.is_gone, h.entity is null)
  order by s.entity, s.source_key limit $4`;

/** A remark of the reading is made about what the delta names, not about what stands beside it. */
export const ofTheNamed = (found: string): string =>
  `${found.replace(/\bfound as/, 'all_found as')},
   found as (select f.* from all_found f where exists (select from delta_statement n where n.source_key = f.subject))`;

/** Of whom the delta speaks; the entities one by one, so that the index is of use to who asks key by key. */
export const comparedKeys = `select source_key from delta_scope where is_compared and entity in (1, 2, 3)`;

/** The INE of somebody whom the source states, and of whom the delta does not speak, stays with that one. $1: the import. */
export const ineHeldByAnother = `
  found as (update read_person p set ine_hash = null from directory_import i
    where i.import_id = $1 and p.ine_hash is not null and (
      select true from person o join stated_person s using (person_id)
      where o.ine_hash = p.ine_hash and s.source = i.source and s.ine_hash = p.ine_hash and s.source_key <> p.source_key
        and not exists (select from (${comparedKeys}) c where c.source_key = s.source_key)
      -- By index, pupil by pupil, not all people beside all.
      limit 1)
    returning p.source_key as subject, p.file, p.line)`;

/** Of whom the delta speaks, and nobody else, is in the delivery. $1: the import. */
export const leaveOutPeople: readonly string[] = [
  `delete from read_person p where not exists (select from (${comparedKeys}) c where c.source_key = p.source_key)`,
  `delete from read_place p where not exists (select from (${comparedKeys}) c where c.source_key = p.source_key)`,
];
export const leaveOutLinks = `
  delete from read_link l where not exists (select from (${comparedKeys}) c where c.source_key = l.child_key)`;
export const keepAbsences = `
  insert into delivered_absence (import_id, source_key)
  select distinct $1::uuid, source_key from (${comparedKeys}) c
  where not exists (select from read_person p where p.source_key = c.source_key)`;

/** What a delta replaces, until its changes are applied. $1: the source. */
const keepBeforeDelta = `
  insert into held_before (source, entity, source_key, ine_hash, attributes, refers)
  select $1, d.entity, d.source_key, h.ine_hash, h.attributes, coalesce(h.refers, '{}') from delta_statement d
  left join held_statement h on h.source = $1 and h.entity = d.entity and h.source_key = d.source_key
  on conflict do nothing`;

/** What the source says from now on. $1: the source. */
export const holdDelta: readonly string[] = [
  keepBeforeDelta,
  `delete from held_statement h using delta_statement d
   where h.source = $1 and h.entity = d.entity and h.source_key = d.source_key and d.is_gone`,
  `insert into held_statement (source, entity, source_key, ine_hash, attributes, refers)
   select $1, entity, source_key, ine_hash, attributes, refers from delta_statement where not is_gone
   on conflict (source, entity, source_key) do update set ine_hash = excluded.ine_hash, attributes = excluded.attributes, refers = excluded.refers`,
  'select settle_held_statements()',
];

export const heldTable = `
  create temp table stage_statement (ord bigint, entity smallint, source_key text collate "C", ine_hash text, attributes jsonb, refers text[]);`;

/** Of an entity that comes twice, the first counts. */
const firstOfEach = `delete from stage_statement s using (
     select entity, source_key, min(ord) as first from stage_statement group by 1, 2 having count(*) > 1) d
   where s.entity = d.entity and s.source_key = d.source_key and s.ord > d.first`;

/** What a full export replaces, until its changes are applied. $1: the source. */
const keepBeforeFull = `
  insert into held_before (source, entity, source_key, ine_hash, attributes, refers)
  select $1, entity, source_key, h.ine_hash, h.attributes, coalesce(h.refers, '{}')
  from (select * from held_statement where source = $1) h full join stage_statement s using (entity, source_key)
  where (h.ine_hash, h.attributes, h.refers) is distinct from (s.ine_hash, s.attributes, s.refers)
  on conflict do nothing`;

/** What a full export says takes the place of all that is held; the same again writes no row. $1: the source. */
export const holdFull: readonly string[] = [
  firstOfEach,
  'analyze stage_statement (entity, source_key)',
  keepBeforeFull,
  `delete from held_statement h where h.source = $1 and not exists (
     select from stage_statement s where s.entity = h.entity and s.source_key = h.source_key)`,
  `update held_statement h set ine_hash = s.ine_hash, attributes = s.attributes, refers = s.refers from stage_statement s
   where h.source = $1 and h.entity = s.entity and h.source_key = s.source_key
     and (h.ine_hash, h.attributes, h.refers) is distinct from (s.ine_hash, s.attributes, s.refers)`,
  `insert into held_statement (source, entity, source_key, ine_hash, attributes, refers)
   select $1, entity, source_key, ine_hash, attributes, refers from stage_statement s
   where not exists (select from held_statement h where h.source = $1 and h.entity = s.entity and h.source_key = s.source_key)
   order by entity, source_key`,
  'select refresh_held_statements()',
];

/** Where nothing is held of the source: nothing is compared. */
export const holdFirst: readonly string[] = [
  firstOfEach,
  // No base is known of people from before the source was declared for deltas.
  `insert into held_before (source, entity, source_key, refers)
   select $1, s.entity, s.source_key, '{}' from stage_statement s join stated_person o on o.source = $1 and o.source_key = s.source_key
   on conflict do nothing`,
  `insert into held_statement (source, entity, source_key, ine_hash, attributes, refers)
   select $1, entity, source_key, ine_hash, attributes, refers from stage_statement order by entity, source_key`,
  'select refresh_held_statements()',
];
