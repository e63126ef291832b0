import type { Transaction } from '#libs/persistence';

/** Imports of a source that are kept and have not ended. $1: the source, $2: an import that does not count. */
const open = `
  select import_id from directory_import
  where source = $1 and import_id <> $2 and delivered_on is not null and state not in ('COMPLETED', 'REFUSED')`;

const isApplied = `exists (select from plan_part a where a.plan_id = c.plan_id and a.number = c.part and (a.completed or c.seq <= a.next_seq))`;

/** The former statements of all that no open import waits with are not needed any more. $1: the source, $2: the import that is being kept. */
export const forgetBases = `
  delete from held_before b where b.source = $1
    and not exists (select from (${open}) i where not exists (select from plan p where p.import_id = i.import_id and p.state = 'CURRENT'))
    and (b.entity > 0 or not exists (${open}))
    and (b.entity = 0 or not exists (
      select from (${open}) i join plan p using (import_id) join plan_change c using (plan_id)
      where p.state = 'CURRENT' and c.source_key = b.source_key and not ${isApplied}))`;

/** A younger delivery of the source contains the changes of this import: it is kept and not planned yet. */
export const isCarriedOn = `exists (
  select from directory_import j where j.source = i.source and j.import_id <> i.import_id and j.delivered_on is not null
    and j.state not in ('COMPLETED', 'REFUSED') and (j.started_at, j.import_id) > (i.started_at, i.import_id)
    and not exists (select from plan p where p.import_id = j.import_id and p.state = 'CURRENT'))`;

/** Nothing of it is applied, and nothing will be. */
const isRefused = `i.state = 'REFUSED' and not exists (
  select from plan_part a join plan p using (plan_id) where p.import_id = i.import_id)`;

/** What was rejected or has expired goes; what was held before takes its place. $1: the import. */
const restore = `
  with of_import as (
    select i.*, ${isRefused} as is_refused from directory_import i where import_id = $1),
  undone as materialized (
    select distinct c.source_key from of_import i join plan p using (import_id) join plan_change c using (plan_id)
    where p.state = 'CURRENT' and not ${isApplied} and (i.state = 'REFUSED' or exists (
      select from plan_school q where q.plan_id = c.plan_id and q.uai = any(c.uais) and q.state in ('REJECTED', 'EXPIRED')))),
  undone_schools as materialized (
    select d.source_key from of_import i join delivered_structure d using (import_id)
    join plan p on p.import_id = i.import_id and p.state = 'CURRENT'
    join plan_school q on q.plan_id = p.plan_id and q.uai = d.uai and q.state in ('REJECTED', 'EXPIRED')),
  restored as (
    delete from held_before b using of_import i
    where b.source = i.source and (i.is_refused
      or (b.entity > 0 and b.source_key in (select source_key from undone))
      or (b.entity = 0 and b.source_key in (select source_key from undone_schools)))
    returning b.*),
  put as (
    insert into held_statement (source, entity, source_key, ine_hash, attributes, refers)
    select source, entity, source_key, ine_hash, attributes, refers from restored where attributes is not null
    on conflict (source, entity, source_key) do update
      set ine_hash = excluded.ine_hash, attributes = excluded.attributes, refers = excluded.refers),
  gone as (
    delete from held_statement h using of_import i
    where h.source = i.source and (
      exists (select from restored r where r.entity = h.entity and r.source_key = h.source_key and r.attributes is null)
      -- A first export has nothing before it.
      or (h.entity > 0 and h.source_key in (select source_key from undone)
        and not exists (select from restored r where r.entity = h.entity and r.source_key = h.source_key)
        and not exists (select from stated_person s where s.source = h.source and s.source_key = h.source_key))))
  select i.is_refused as "isRefused",
    -- The source states it, and what it said is not known: a delta would change more than it states.
    exists (select from restored r join stated_person s on s.source = r.source and s.source_key = r.source_key
      where r.attributes is null and r.entity = s.entity) as "isUnknown"
  from of_import i`;

/** Rejected and expired statements are the base of no later delta (DIR-3). */
export async function restoreBase(tx: Transaction, importIds: readonly string[]): Promise<void> {
  for (const importId of importIds) {
    const { rows } = await tx.query<{ isRefused: boolean; isUnknown: boolean }>(restore, [
      importId,
    ]);
    const { isRefused, isUnknown } = rows[0]!;
    if (!isRefused && !isUnknown) continue;
    await tx.query(
      `update declared_source d set held_on = case when not $2 then (
         select max(j.dated_on) from directory_import j
         where j.source = d.source_code and j.delivered_on is not null and j.state <> 'REFUSED') end
       from directory_import i where i.import_id = $1 and d.source_code = i.source and d.held_on is not null`,
      [importId, isUnknown],
    );
  }
}
