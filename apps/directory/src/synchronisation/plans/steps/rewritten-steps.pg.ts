import type { ScopeKind } from './delivery-scope.pg.js';
import { isPupils } from './part-steps.pg.js';
import { type PlanningStep, step } from './planning-step.js';

/** What a place says beside its key. Of adults the classes are links of their own. */
const said = (
  of: string,
) => `${of}.class_id, ${of}.class_label, ${of}.level, ${of}.is_head, ${of}.entered_on, ${of}.post,
  case when ${isPupils(of)} then ${of}.classes end, case when ${isPupils(of)} then ${of}.groups end`;

/** A whole source is laid beside all that it stated; of what is small beside that the same keys are looked up, one by one. */
const rowsOf = (scope: ScopeKind, key: string, rows: string): string =>
  scope === 'SOURCE'
    ? rows
    : `select r.* from same t cross join lateral (${rows} and ${key} = t.source_key offset 0) r`;

/**
 * A digest says what the source said last as long as nobody writes past it. Of the keys of which the source says the same
 * again, those whose places, links or classes stand otherwise than they are delivered are stated anew, as those whose names do
 * are; `rewritten` keeps all of them for the report. A link is the child's; its guardian is told of it too. Where nothing
 * was stated nothing is compared.
 */
export const findRewritten = (scope: ScopeKind): readonly PlanningStep[] => [
  step(
    'insert into rewritten (source_key) select source_key from difference where digest_before = digest_after',
  ),
  step(
    `insert into rewritten (source_key)
     with same as materialized (
       select s.source_key from delivered_person d join stated_person s on s.source_key = d.source_key and s.digest = d.digest
       where d.import_id = $2 and s.source = $1),
     place as (
       select source_key
       from (${rowsOf(scope, 'source_key', 'select * from delivered_place where import_id = $2')}) d
       full join (${rowsOf(scope, 'source_key', 'select * from stated_place where source = $1')}) s using (source_key, profile, uai)
       where (${said('d')}) is distinct from (${said('s')})),
     link as (
       select child_key, guardian_key
       from (${rowsOf(scope, 'child_key', 'select * from delivered_link where import_id = $2')}) d
       full join (${rowsOf(scope, 'child_key', 'select * from stated_link where source = $1')}) s using (child_key, guardian_key)
       where d.relation is distinct from s.relation and child_key in (select source_key from same)),
     taught as (
       select d.source_key, d.uai, x.is_group, (x.division ->> 'id') collate "C" as class_id, array_agg(x.division ->> 'label') as labels
       from delivered_place d cross join lateral (
         select false as is_group, jsonb_array_elements(d.classes) as division
         union all select true, jsonb_array_elements(d.groups)) x
       where d.import_id = $2 and d.profile in ('TEACHER', 'PERSONNEL', 'GUEST') and (d.classes is not null or d.groups is not null)
       group by 1, 2, 3, 4),
     class as (
       select source_key from taught t
       full join (${rowsOf(scope, 'source_key', 'select * from class_link where source = $1 and ends_on is null')}) l
         using (source_key, uai, is_group, class_id)
       where t.source_key is null or l.source_key is null or l.class_label <> all(t.labels)),
     found as (
       select source_key from place union select child_key from link union select guardian_key from link union select source_key from class)
     select source_key from same join found using (source_key)
     where exists (select from stated_person where source = $1)
       and not exists (select from rewritten r where r.source_key = same.source_key)`,
    ...(['source', 'importId'] as const),
  ),
  step(
    `insert into difference (source_key, entity, person_id, ine_hash, digest_before, digest_after, is_other)
     select d.source_key, d.entity, s.person_id, d.ine_hash, s.digest, d.digest, false
     from rewritten r join delivered_person d on d.import_id = $2 and d.source_key = r.source_key
     join stated_person s on s.source = $1 and s.source_key = r.source_key
     where not exists (select from difference o where o.source_key = r.source_key)`,
    ...(['source', 'importId'] as const),
  ),
];

/** Schools that stood otherwise under the same digest: what was stated of them counts for nothing. For the report. */
export const rewrittenSchools = `
  insert into rewritten (source_key)
  select q.uai from school q join stated_structure s on s.source = $1 and s.uai = q.uai where q.structure_before is null`;

/** For the report; see ImportRemarks.addFound. */
export const foundRewritten =
  'found as (select source_key as subject, null::smallint as file, null::integer as line from rewritten)';
