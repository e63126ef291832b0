import { presentInAll, type ScopeKind } from './steps/delivery-scope.pg.js';

/** The whole, person by person; who comes to a school where nobody was is not judged. $1: the source, $2: the import. */
export const wholeFigures = (scope: ScopeKind): string => `
  with people as (
    select o.person_id, t.kind, bool_or(o.is_before) as was, bool_or(o.is_after) as stays, bool_or(s.present > 0) as among_others
    from outcome o join touched t using (person_id) join school s using (uai) group by 1, 2)
  select (${presentInAll(scope)}) as present,
    count(*) filter (where not was and kind <> 'RETURN') as added,
    count(*) filter (where not was and kind <> 'RETURN' and among_others) as "addedAmongOthers",
    count(*) filter (where not was and kind = 'RETURN') as returned,
    count(*) filter (where was and not stays) as ended,
    count(*) filter (where was and stays and kind = 'IDENTITY') as identities,
    count(*) filter (where was and stays and kind <> 'IDENTITY') as changed
  from people`;

/** School by school, whether younger data of the source are applied, and whether a person approved just this. $1: source, $2: dated on, $3: of whom the delivery speaks. */
export const plannedSchools = `
  select s.uai, s.present, s.added, s.changed, s.identities, s.ended, s.returned,
    s.added + s.changed + s.identities + s.ended + s.returned > 0 or s.structure_after is distinct from coalesce(s.structure_before, s.structure_after) as "hasChanges",
    exists (select from applied_school a where a.source = $1 and a.uai = s.uai and a.dated_on > $2::date and a.entity = any($3::smallint[])) as "isOlder",
    exists (select from plan_school q join plan p using (plan_id) join directory_import i using (import_id)
      where i.source = $1 and q.uai = s.uai and q.digest = s.digest and q.decided_by is not null and p.expires_on > platform.business_date()
        and q.state in ('APPROVED', 'REPLACED') and (q.part is null or p.state = 'STALE')) as "isApproved"
  from school s order by s.uai`;

/**
 * Who would end by absence though the delivery names them (`isTorn`), by what was remarked while it was read. $1: the source,
 * $2: the import.
 */
export const tornPeople = `
  with remarked as (
    select code, subject from remark_line where import_id = $2 and code in ('GUARDIAN_UNKNOWN', 'GUARDIAN_OF_NOBODY')),
  ended as materialized (select source_key, entity from difference where digest_after is null and entity in (1, 2)
    and exists (select from remarked)),
  named as (
    select distinct e.source_key from ended e join stated_link l on l.source = $1 and l.guardian_key = e.source_key
    join remarked r on r.code = 'GUARDIAN_UNKNOWN' and r.subject = l.child_key where e.entity = 2),
  orphaned as (
    select e.source_key from ended e join stated_link l on l.source = $1 and l.child_key = e.source_key
    left join remarked r on r.code = 'GUARDIAN_OF_NOBODY' and r.subject = l.guardian_key
    where e.entity = 1 and not exists (
      select from stated_place p where p.source = $1 and p.source_key = e.source_key and p.level = 'CM2')
    group by 1 having bool_and(r.subject is not null))
  select (select count(*) from named)::int as named, (select count(*) from orphaned)::int as orphaned`;

/** Who would end, by the kind under which the source states them, and how many of that kind there are. $1: the source. */
export const endedByKind = `
  select e.entity, e.ended, (select count(*) from stated_person s where s.source = $1 and s.entity = e.entity)::int as present
  from (select d.entity, count(*)::int as ended from difference d where d.kind = 'END' group by 1) e`;

export const structuresNotInDelivery = `
  select uai from stated_structure s where s.source = $1
    and not exists (select from delivered_structure d where d.import_id = $2 and d.uai = s.uai) order by uai`;

/**
 * $1: the plan. In the order of the source's keys, as delivery and statements lie: a batch finds them, and writes them, side
 * by side. Who has a place, before or after, in a school that waits, waits with it.
 */
export const keepChanges = `
  insert into plan_change (plan_id, seq, source_key, person_id, kind, reason, uais, digest_before, digest_after, revision_before, match_score, match_reasons, class_changes, part, becomes)
  with waiting as (
    select distinct o.person_id from outcome o join plan_school s on s.plan_id = $1 and s.uai = o.uai
    where s.state not in ('RELEASED', 'APPROVED')),
  people as (select person_id, bool_or(is_before) as was, bool_or(is_after) as stays from outcome group by 1)
  select $1, row_number() over (order by t.rank, t.first_key, d.source_key), d.source_key, d.person_id, d.kind, d.reason, t.uais,
    d.digest_before, d.digest_after, p.revision, d.match_score, d.match_reasons, c.changes, case when w.person_id is null then 1 end,
    case when not o.was and t.kind = 'RETURN' then 'RETURNED' when not o.was then 'ADDED' when not o.stays then 'ENDED'
      when o.was and t.kind = 'IDENTITY' then 'IDENTITY' when o.was then 'CHANGED' end
  from difference d join touched t using (person_id) left join person p using (person_id) left join waiting w using (person_id) left join people o using (person_id)
  left join class_difference c on c.source_key = d.source_key`;

/** What a plan says in all, to be found again before it is executed. $1: the plan. */
export const changesDigest = `
  select md5(concat_ws('|', count(*), sum(('x' || substr(md5(concat_ws('|', seq, source_key, person_id, kind, uais, digest_before, 'to', digest_after)), 1, 15))::bit(60)::bigint)))::uuid as digest
  from plan_change where plan_id = $1`;
