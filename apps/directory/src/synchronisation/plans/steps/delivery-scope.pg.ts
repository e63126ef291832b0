import { orderedId } from './ordered-id.pg.js';

/**
 * What the source stated last, as far as the delivery speaks of it: of a whole source, the kinds of people that it
 * states; of schools, those kinds in these schools and whoever is delivered; of keys, these. Nobody else is compared, so nobody else
 * leaves by absence. $1: the source, $2: the import.
 */
export const compared = {
  SOURCE: `select s.* from stated_person s, directory_import i
    where i.import_id = $2 and s.source = $1 and s.entity = any(i.scope_entities)`,
  SCHOOLS: `select s.* from stated_person s where s.source = $1 and s.source_key in (
    select source_key from delivered_person where import_id = $2
    union all
    select k.source_key from directory_import i, unnest(i.scope_uais) as u (uai), stated_person k
    where i.import_id = $2 and k.source = $1 and k.entity = any(i.scope_entities)
      and k.source_key >= (u.uai || '/') collate "C" and k.source_key < (u.uai || '0') collate "C")`,
  KEYS: `select s.* from stated_person s where s.source = $1 and s.source_key in (
    select source_key from delivered_person where import_id = $2
    union all select source_key from delivered_absence where import_id = $2)`,
} as const;
export type ScopeKind = keyof typeof compared;

/** How many people of the source are in each school where the plan changes anybody, as the brake counts them. $1, $2 as above. */
export const present = (scope: ScopeKind): string =>
  scope === 'KEYS'
    ? // School by school: all keys of all of them at once are sorted out in three times the time.
      `select o.uai, l.people from (select distinct uai from outcome) o cross join lateral (
         select count(*) as people from (select distinct source_key from stated_place s where s.source = $1 and s.uai = o.uai) k) l`
    : `select l.uai, count(distinct s.person_id) as people from (${compared[scope]}) s
       join stated_place l on l.source = s.source and l.source_key = s.source_key group by 1`;
export const presentInAll = (scope: ScopeKind): string =>
  scope === 'KEYS'
    ? 'select count(*) from stated_person where source = $1 and $2::uuid is not null'
    : `select count(distinct person_id) from (${compared[scope]}) c`;

/**
 * Of a source that speaks school by school, a key that is known from another school leads to the same person where a
 * person gave it (no digest of names), where both schools are of one delivery, or where a relative of the same key goes
 * with it: a name, even with a birth date, is not enough (DIR-2). $1: the source, $2: the import.
 */
export const knownInAnotherSchool = `
  update difference d set person_id = k.person_id from person_key k
  where d.person_id is null and d.digest_after is not null and k.source = $1
    and substr(k.source_key, 9, 1) = '/' and substr(k.source_key, 12) = substr(d.source_key, 12) and k.source_key <> d.source_key
    and (d.source_key !~ '/[ERP]-[A-Za-z0-9_-]{22}([.][A-Za-z0-9_-]{8})?$'
      or exists (select from delivered_person o where o.import_id = $2 and o.source_key = k.source_key)
      or exists (
        select from delivered_link l
        join person_key r on r.source = $1 and substr(r.source_key, 9, 1) = '/'
          and substr(r.source_key, 12) = substr(case d.entity when 1 then l.guardian_key else l.child_key end, 12)
        join guardian_link g on (g.child_id, g.guardian_id) = (
          case d.entity when 1 then k.person_id else r.person_id end, case d.entity when 1 then r.person_id else k.person_id end)
        where l.import_id = $2 and d.source_key = case d.entity when 1 then l.child_key else l.guardian_key end))`;

/** Who is new in several schools of one delivery is one person; the ids follow each other in the order in which they are applied. */
export const newInSeveralSchools = `
  update difference d set person_id = n.person_id from (
    select key, coalesce(person_id, ${orderedId('row_number() over (order by entity, source_key)')}) as person_id
    from (
      select substr(source_key, 12) as key, min(person_id::text)::uuid as person_id, min(entity) as entity, min(source_key) as source_key
      from difference where digest_after is not null group by 1) k) n
  where d.person_id is null and d.digest_after is not null and n.key = substr(d.source_key, 12)`;
