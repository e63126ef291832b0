import { compareClasses } from './class-changes.pg.js';
import { newInSeveralSchools, present, type ScopeKind } from './delivery-scope.pg.js';
import { orderedId } from './ordered-id.pg.js';
import { factsOf } from './part-steps.pg.js';
import { type PlanningStep, step } from './planning-step.js';
import { rewrittenSchools } from './rewritten-steps.pg.js';

/** Temporary tables of one plan. Each row of `difference` is filled in step by step. */
export const planningTables = `
  drop table if exists difference, rewritten, number_owner, class_difference, doubt, new_link, outcome, touched, school;
  create temp table difference (source_key text collate "C", entity smallint, person_id uuid, ine_hash text, digest_before uuid, digest_after uuid, is_other boolean, kind text, reason text, match_score smallint, match_reasons text[]);
  create temp table rewritten (source_key text collate "C");
  create temp table number_owner (source_key text collate "C", person_id uuid, leads boolean, score smallint, reasons text[]);
  create temp table class_difference (source_key text collate "C", changes jsonb);
  create temp table new_link (source_key text collate "C", other_key text collate "C", relation text);
  create temp table doubt (source_key text collate "C", known_id uuid, score smallint, reasons text[]);
  create temp table outcome (person_id uuid, uai text collate "C", is_before boolean, is_after boolean);
  create temp table touched (person_id uuid, rank smallint, first_key text collate "C", kind text, uais text[]);
  create temp table school (uai text collate "C", present bigint, added bigint, changed bigint, identities bigint, ended bigint, returned bigint, digest uuid, structure_before uuid, structure_after uuid);`;

/**
 * In the order in which people will be applied. Written anew in that order, with room for what is still to be filled in:
 * of a large delivery it no longer fits the memory of temporary tables, and an update of all rows would read and write it
 * here and there. Whoever gets an id here is nobody known, and comes: no later step looks at them again.
 */
const drawIds = `
  create temp table numbered with (fillfactor = 50) as
  select source_key, entity, coalesce(person_id, ${orderedId('number')}) as person_id,
    ine_hash, digest_before, digest_after, is_other,
    case when person_id is null then 'NEW' end as kind, case when person_id is null then 'FIRST_STATED' end as reason,
    match_score, match_reasons
  from (select *, row_number() over (order by entity, source_key) as number from difference) d;
  drop table difference;
  alter table numbered rename to difference;
  create unique index on difference (source_key); create index on difference (person_id); analyze difference`;

/** Of a delta, likewise, where they are: there is room. */
const drawFewIds = `
  update difference d set person_id = n.person_id, kind = 'NEW', reason = 'FIRST_STATED'
  from (
    select source_key, ${orderedId('row_number() over (order by entity, source_key)')} as person_id
    from difference where person_id is null) n
  where n.source_key = d.source_key;
  create index on difference (person_id); analyze difference`;

/** In order, once it is known who is somebody known. */
export const planningSteps = (scope: ScopeKind): readonly PlanningStep[] => [
  ...(scope === 'SCHOOLS' ? [step(newInSeveralSchools)] : []),
  step(scope === 'KEYS' ? drawFewIds : drawIds),
  step(
    `insert into person_key (source, source_key, person_id)
     select $1, source_key, person_id from difference d where digest_after is not null
       and not exists (select from person_key k where k.source = $1 and k.source_key = d.source_key)
     order by entity, source_key`,
    'source',
  ),
  step(
    `insert into outcome (person_id, uai, is_before, is_after)
     with stated as materialized (
       select s.person_id, s.source_key, l.uai from (select distinct person_id from difference) t
       join stated_person s on s.person_id = t.person_id and s.source = $1
       join stated_place l on l.source = s.source and l.source_key = s.source_key),
     before as (select distinct person_id, uai from stated),
     after as (
       select d.person_id, l.uai from difference d
       join delivered_place l on l.import_id = $2 and l.source_key = d.source_key where d.digest_after is not null
       union
       select s.person_id, s.uai from stated s
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
  step(compareClasses, 'source', 'importId'),
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
       from (select * from difference where kind is null) q left join person p using (person_id)
       left join class_difference c on c.source_key = q.source_key
       left join (select person_id, bool_or(is_after) as stays, bool_or(is_before) as was, bool_or(is_before <> is_after) as moves
                  from outcome where person_id in (select person_id from difference where kind is null) group by 1) o using (person_id)
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
     with present as (${present(scope)}),
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
     -- Of a school that stands otherwise under the same digest nothing is stated: somebody wrote past any import.
     stated as (
       select s.uai, case when d.digest is distinct from s.digest or (${factsOf('d')}) is not distinct from (${factsOf('s')}) then s.digest end as digest
       from stated_structure s left join (select * from delivered_structure where import_id = $2) d using (uai) where s.source = $1),
     every as (select uai from delivered union select uai from figures)
     select e.uai, coalesce(p.people, 0), coalesce(f.added, 0), coalesce(f.changed, 0), coalesce(f.identities, 0), coalesce(f.ended, 0),
       coalesce(f.returned, 0), md5(concat_ws('|', g.sum, b.digest, 'to', a.digest))::uuid, b.digest, a.digest
     from every e left join present p using (uai) left join figures f using (uai) left join digests g using (uai)
     left join stated b using (uai) left join delivered a using (uai)`,
    ...(['source', 'importId'] as const),
  ),
  step(rewrittenSchools, 'source'),
  step('analyze school'),
];
