import { COMPARE_CLASSES } from './class-changes.pg.js';
import {
  COMPARED,
  KNOWN_IN_ANOTHER_SCHOOL,
  NEW_IN_SEVERAL_SCHOOLS,
  PRESENT,
  PRESENT_IN_ALL,
  type ScopeKind,
} from './delivery-scope.pg.js';
import { orderedId } from './ordered-id.pg.js';

/** Temporary tables of one plan. Each row of `difference` is filled in step by step. */
export const PLANNING_TABLES = `
  drop table if exists difference, class_difference, doubt, new_link, outcome, touched, school;
  create temp table difference (source_key text collate "C", entity smallint, person_id uuid, ine_hash text, digest_before uuid, digest_after uuid, is_other boolean, kind text, reason text, match_score smallint, match_reasons text[]);
  create temp table class_difference (source_key text collate "C" primary key, changes jsonb);
  create temp table new_link (source_key text collate "C", other_key text collate "C", relation text);
  create temp table doubt (source_key text collate "C", known_id uuid, score smallint, reasons text[]);
  create temp table outcome (person_id uuid, uai text collate "C", is_before boolean, is_after boolean);
  create temp table touched (person_id uuid, rank smallint, first_key text collate "C", kind text, uais text[]);
  create temp table school (uai text collate "C" primary key, present bigint, added bigint, changed bigint, identities bigint, ended bigint, returned bigint, digest uuid, structure_before uuid, structure_after uuid);`;

export type PlanningStep = {
  readonly sql: string;
  readonly values: readonly ('source' | 'importId')[];
};

const step = (sql: string, ...values: PlanningStep['values'][number][]): PlanningStep => ({
  sql,
  values,
});

/**
 * An INE leads to the one person who has it, unless a key of this source that is delivered, or that a delta leaves as it is, stands for that person: it
 * is not taken from its rightful owner (DIR-2). $1: the source, $2: the import.
 */
export const isDeliveredElsewhere = (person: string): string => `exists (
  select from person_key k where k.source = $1 and k.person_id = ${person} and (
    exists (select from delivered_person o where o.import_id = $2 and o.source_key = k.source_key)
    or exists (select from directory_import i where i.import_id = $2 and i.scope = 'KEYS')
      and exists (select from stated_person o where o.source = $1 and o.source_key = k.source_key)
      and not exists (select from delivered_absence a where a.import_id = $2 and a.source_key = k.source_key)))`;

/**
 * Keys that plans of this import reserved and nobody came of: another plan may find the person meanwhile, or see that
 * the key is of somebody else than whom it was taken for.
 */
export const FREE_RESERVED_KEYS = `
  delete from person_key k using plan_change c, plan p
  where p.import_id = $2 and c.plan_id = p.plan_id and (c.kind = 'NEW' or c.match_reasons is not null)
    and k.source = $1 and k.source_key = c.source_key and k.person_id = c.person_id
    and not exists (select from stated_person s where s.source = k.source and s.source_key = k.source_key)
    and not exists (select from merged_key m where m.source = k.source and m.source_key = k.source_key)
    and not (c.kind = 'NEW' and (exists (select from person s where s.person_id = k.person_id)
      or exists (select from guardian_link l where l.guardian_id = k.person_id)))`;

/**
 * In order, before anybody is recognised by name. What the delivery says of a key is compared with what its own source
 * said last, and with nothing else (DIR-5).
 */
export const resolvingSteps = (scope: ScopeKind): readonly PlanningStep[] => [
  step(FREE_RESERVED_KEYS, 'source', 'importId'),
  step(
    `insert into difference (source_key, entity, person_id, ine_hash, digest_before, digest_after, is_other)
     select coalesce(d.source_key, s.source_key), coalesce(d.entity, s.entity), s.person_id, d.ine_hash, s.digest, d.digest,
       d.digest is not null and s.digest is not null
         and is_other_person(s.last_name, s.first_name, s.birth_date, d.last_name, d.first_name, d.birth_date)
     from (select * from delivered_person where import_id = $2) d
     full join (${COMPARED[scope]}) s using (source_key)
     where d.digest is distinct from s.digest`,
    ...(['source', 'importId'] as const),
  ),
  step('create unique index on difference (source_key); analyze difference'),
  // DIR-2: the source's identifier, then the INE of somebody whose own identifiers are all absent.
  step(
    `update difference d set person_id = k.person_id from person_key k
     where d.person_id is null and k.source = $1 and k.source_key = d.source_key`,
    'source',
  ),
  ...(scope === 'SCHOOLS' ? [step(KNOWN_IN_ANOTHER_SCHOOL, 'source', 'importId')] : []),
  step(
    `update difference d set person_id = m.person_id from person m
     where d.person_id is null and d.ine_hash = m.ine_hash
       and not exists (select from person o where o.ine_hash = m.ine_hash and o.person_id <> m.person_id)
       and not ${isDeliveredElsewhere('m.person_id')}`,
    ...(['source', 'importId'] as const),
  ),
  // Of two who are one the person has one number, and its identifiers state both.
  step(
    `update difference d set person_id = m.person_id from (
       select s.ine_hash, min(s.person_id::text)::uuid as person_id from person_merge m join stated_person s on s.person_id = m.survivor_id
       where m.undone_on is null and s.ine_hash is not null group by 1 having count(distinct s.person_id) = 1) m
     where d.person_id is null and d.ine_hash = m.ine_hash
       and not exists (select from person o where o.ine_hash = m.ine_hash)
       and not ${isDeliveredElsewhere('m.person_id')}`,
    ...(['source', 'importId'] as const),
  ),
];

/**
 * In the order in which people will be applied. Written anew in that order, with room for what is still to be filled in:
 * of a large delivery it no longer fits the memory of temporary tables, and an update of all rows would read and write it
 * here and there.
 */
const DRAW_IDS = `
  create temp table numbered with (fillfactor = 50) as
  select source_key, entity, coalesce(person_id, ${orderedId('number')}) as person_id,
    ine_hash, digest_before, digest_after, is_other, kind, reason, match_score, match_reasons
  from (select *, row_number() over (order by entity, source_key) as number from difference) d;
  drop table difference;
  alter table numbered rename to difference;
  create unique index on difference (source_key); create index on difference (person_id); analyze difference`;

/** In order, once it is known who is somebody known. */
export const planningSteps = (scope: ScopeKind): readonly PlanningStep[] => [
  ...(scope === 'SCHOOLS' ? [step(NEW_IN_SEVERAL_SCHOOLS)] : []),
  step(DRAW_IDS),
  step(
    `insert into person_key (source, source_key, person_id)
     select $1, source_key, person_id from difference d where digest_after is not null
       and not exists (select from person_key k where k.source = $1 and k.source_key = d.source_key)
     order by entity, source_key`,
    'source',
  ),
  step(
    `insert into outcome (person_id, uai, is_before, is_after)
     with touched_now as (select distinct person_id from difference),
     before as (
       select distinct s.person_id, l.uai from touched_now t
       join stated_person s on s.person_id = t.person_id and s.source = $1
       join stated_place l on l.source = s.source and l.source_key = s.source_key),
     after as (
       select d.person_id, l.uai from difference d
       join delivered_place l on l.import_id = $2 and l.source_key = d.source_key where d.digest_after is not null
       union
       select s.person_id, l.uai from touched_now t
       join stated_person s on s.person_id = t.person_id and s.source = $1
       join stated_place l on l.source = s.source and l.source_key = s.source_key
       where not exists (select from difference d where d.source_key = s.source_key))
     select coalesce(b.person_id, a.person_id), coalesce(b.uai, a.uai), b.person_id is not null, a.person_id is not null
     from before b full join after a on a.person_id = b.person_id and a.uai = b.uai`,
    ...(['source', 'importId'] as const),
  ),
  step('create index on outcome (person_id); analyze outcome'),
  // A key that came back, or came with a known person, may stand for somebody else, too.
  step(
    `update difference d set is_other = true from delivered_person n, person p
     where d.digest_before is null and n.import_id = $1 and n.source_key = d.source_key and p.person_id = d.person_id
       and is_other_person(p.last_name, p.first_name, p.birth_date, n.last_name, n.first_name, n.birth_date)`,
    'importId',
  ),
  step(COMPARE_CLASSES, 'source', 'importId'),
  step('analyze class_difference'),
  step(
    `update difference d set kind = x.kind, reason = x.reason from (
       select q.source_key,
         case when q.digest_after is null then case when o.stays then 'CHANGE' else 'END' end
           when q.is_other then 'IDENTITY'
           when q.digest_before is not null then 'CHANGE'
           when p.person_id is null then 'NEW'
           when p.left_on is not null then 'RETURN'
           else 'CHANGE' end as kind,
         case when q.digest_after is null then case when o.stays then 'KEY_CHANGED' when elsewhere.found then 'STATED_BY_ANOTHER' else 'NOT_STATED' end
           when q.is_other then 'OTHER_NAME'
           when q.digest_before is not null then case when o.moves then 'SCHOOLS_CHANGED' when c.source_key is not null then 'CLASSES_CHANGED' else 'DETAILS_CHANGED' end
           when p.person_id is null then 'FIRST_STATED'
           when q.match_reasons is not null then 'MATCHED'
           when p.left_on is not null then 'CAME_BACK'
           when o.was then 'KEY_CHANGED'
           else 'KNOWN_FROM_ANOTHER' end as reason
       from difference q left join person p using (person_id) left join class_difference c on c.source_key = q.source_key
       left join (select person_id, bool_or(is_after) as stays, bool_or(is_before) as was, bool_or(is_before <> is_after) as moves
                  from outcome group by 1) o using (person_id)
       left join lateral (select true as found from stated_person e
         where q.digest_after is null and e.person_id = q.person_id and e.source <> $1 limit 1) elsewhere on true) x
     where x.source_key = d.source_key`,
    'source',
  ),
  step(`insert into touched (person_id, rank, first_key, kind, uais)
    select d.person_id, d.rank, d.first_key, d.kind, coalesce(o.uais, '{}') from (
      select person_id, min(case when digest_after is null then 9 else entity end) as rank, min(source_key) as first_key,
        (array['IDENTITY', 'RETURN', 'NEW', 'CHANGE', 'END'])[min(array_position(array['IDENTITY', 'RETURN', 'NEW', 'CHANGE', 'END'], kind))] as kind
      from difference group by 1) d
    left join (select person_id, array_agg(uai) as uais from (select person_id, uai from outcome order by 1, 2) s group by 1) o using (person_id)`),
  step('analyze touched'),
  step(
    `insert into school (uai, present, added, changed, identities, ended, returned, digest, structure_before, structure_after)
     with present as (${PRESENT(scope)}),
     figures as (
       select o.uai,
         count(*) filter (where not o.is_before and t.kind <> 'RETURN') as added,
         count(*) filter (where not o.is_before and t.kind = 'RETURN') as returned,
         count(*) filter (where not o.is_after) as ended,
         count(*) filter (where o.is_before and o.is_after and t.kind = 'IDENTITY') as identities,
         count(*) filter (where o.is_before and o.is_after and t.kind <> 'IDENTITY') as changed
       from outcome o join touched t using (person_id) group by 1),
     digests as (
       select o.uai, sum(('x' || substr(md5(concat_ws('|', d.source_key, d.kind, d.digest_before, 'to', d.digest_after)), 1, 15))::bit(60)::bigint) as sum
       from outcome o join difference d using (person_id) group by 1),
     delivered as (select uai, digest from delivered_structure where import_id = $2),
     stated as (select uai, digest from stated_structure where source = $1),
     every as (select uai from delivered union select uai from figures)
     select e.uai, coalesce(p.people, 0), coalesce(f.added, 0), coalesce(f.changed, 0), coalesce(f.identities, 0), coalesce(f.ended, 0),
       coalesce(f.returned, 0), md5(concat_ws('|', g.sum, b.digest, 'to', a.digest))::uuid, b.digest, a.digest
     from every e left join present p using (uai) left join figures f using (uai) left join digests g using (uai)
     left join stated b using (uai) left join delivered a using (uai)`,
    ...(['source', 'importId'] as const),
  ),
  step('analyze school'),
];

/** The whole, person by person; who comes to a school where nobody was is not judged. $1: the source, $2: the import. */
export const wholeFigures = (scope: ScopeKind): string => `
  with people as (
    select o.person_id, t.kind, bool_or(o.is_before) as was, bool_or(o.is_after) as stays, bool_or(s.present > 0) as among_others
    from outcome o join touched t using (person_id) join school s using (uai) group by 1, 2)
  select (${PRESENT_IN_ALL(scope)}) as present,
    count(*) filter (where not was and kind <> 'RETURN') as added,
    count(*) filter (where not was and kind <> 'RETURN' and among_others) as "addedAmongOthers",
    count(*) filter (where not was and kind = 'RETURN') as returned,
    count(*) filter (where was and not stays) as ended,
    count(*) filter (where was and stays and kind = 'IDENTITY') as identities,
    count(*) filter (where was and stays and kind <> 'IDENTITY') as changed
  from people`;

/** School by school, whether younger data of the source are applied, and whether a person approved just this. $1: source, $2: dated on, $3: of whom the delivery speaks. */
export const PLANNED_SCHOOLS = `
  select s.uai, s.present, s.added, s.changed, s.identities, s.ended, s.returned,
    s.added + s.changed + s.identities + s.ended + s.returned > 0 or s.structure_after is distinct from coalesce(s.structure_before, s.structure_after) as "hasChanges",
    exists (select from applied_school a where a.source = $1 and a.uai = s.uai and a.dated_on > $2::date and a.entity = any($3::smallint[])) as "isOlder",
    exists (select from plan_school q join plan p using (plan_id) join directory_import i using (import_id)
      where i.source = $1 and q.uai = s.uai and q.digest = s.digest and q.decided_by is not null and p.expires_on > platform.business_date()
        and q.state in ('APPROVED', 'REPLACED') and (q.part is null or p.state = 'STALE')) as "isApproved"
  from school s order by s.uai`;

export const STRUCTURES_NOT_IN_DELIVERY = `
  select uai from stated_structure s where s.source = $1
    and not exists (select from delivered_structure d where d.import_id = $2 and d.uai = s.uai) order by uai`;

/**
 * $1: the plan. In the order of the source's keys, as delivery and statements lie: a batch finds them, and writes them, side
 * by side. Who has a place, before or after, in a school that waits, waits with it.
 */
export const KEEP_CHANGES = `
  insert into plan_change (plan_id, seq, source_key, person_id, kind, reason, uais, digest_before, digest_after, revision_before, match_score, match_reasons, class_changes, part)
  with waiting as (
    select distinct o.person_id from outcome o join plan_school s on s.plan_id = $1 and s.uai = o.uai
    where s.state not in ('RELEASED', 'APPROVED'))
  select $1, row_number() over (order by t.rank, t.first_key, d.source_key), d.source_key, d.person_id, d.kind, d.reason, t.uais,
    d.digest_before, d.digest_after, p.revision, d.match_score, d.match_reasons, c.changes, case when w.person_id is null then 1 end
  from difference d join touched t using (person_id) left join person p using (person_id) left join waiting w using (person_id)
  left join class_difference c on c.source_key = d.source_key`;

/** What a plan says in all, to be found again before it is executed. $1: the plan. */
export const CHANGES_DIGEST = `
  select md5(concat_ws('|', count(*), sum(('x' || substr(md5(concat_ws('|', seq, source_key, person_id, kind, uais, digest_before, 'to', digest_after)), 1, 15))::bit(60)::bigint)))::uuid as digest
  from plan_change where plan_id = $1`;
