/** Of a whole circonscription; a pupil without a school has no post. */
const ofAll = `p.structure_key = '' and p.post ? 'circonscription'`;

/** Schools of the circonscriptions that inspectors and advisers name without a school; names are compared without case, accents and signs. */
export const schoolsOfCirconscriptions = `
  select s.uai from structure s where s.circonscription <> '' and plain_name(s.circonscription) in (
    select plain_name(post ->> 'circonscription') from stage_place p where ${ofAll})`;

/** They have a place in each of these schools. $1: UAI. */
export const placeByCirconscription = `
  insert into stage_place (ord, source_key, profile, structure_key, class_id, class_label, level, is_head, post)
  select distinct on (p.ord, s.uai) p.ord, p.source_key, p.profile, s.uai, '', '', '', false, p.post from stage_place p
  join structure s on s.uai = any($1::text[]) and plain_name(s.circonscription) = plain_name(p.post ->> 'circonscription')
  where ${ofAll} and not exists (select from stage_place o where o.ord = p.ord and o.structure_key = s.uai)
  order by p.ord, s.uai, p.post::text`;

/**
 * Where the source states its schools with the key of their circonscription, it is the source that says which they are:
 * those that it delivers, or the school itself that a key is of. Where somebody has another place already, none comes.
 */
export const placeByKeyOfCirconscription = `
  with said as (
    select p.ord, p.source_key, p.profile, p.post, p.post ->> 'circonscription' as key from stage_place p where ${ofAll}),
  named as (select said.*, coalesce(c.name, said.key) as name from said left join lateral (
    select nullif(c.name, '') as name from stage_structure c where c.source_key = said.key order by c.uai limit 1) c on true)
  insert into stage_place (ord, source_key, profile, structure_key, class_id, class_label, level, is_head, post)
  select distinct on (p.ord, s.source_key) p.ord, p.source_key, p.profile, s.source_key, '', '', '', false,
    p.post || jsonb_build_object('circonscription', p.name)
  from named p join stage_structure s on s.circonscription = p.key or s.source_key = p.key and not exists (
    select from stage_structure o where o.circonscription = p.key)
  where not exists (select from stage_place o where o.ord = p.ord and o.structure_key = s.source_key)
  order by p.ord, s.source_key, p.post ->> 'role', p.name`;

/** Whose circonscription no school has is nowhere. */
export const circonscriptionUnknown = `
  gone as (delete from stage_place p where ${ofAll} returning ord),
  found as (select e.source_key as subject, e.file, e.line from gone join stage_person e using (ord)
    where not exists (select from stage_place p where p.ord = e.ord and p.structure_key <> ''))`;
