/** Schools of the circonscriptions that inspectors and advisers name without a school; names are compared without case, accents and signs. */
export const SCHOOLS_OF_CIRCONSCRIPTIONS = `
  select s.uai from structure s where s.circonscription <> '' and plain_name(s.circonscription) in (
    select plain_name(post ->> 'circonscription') from stage_place where structure_key = '')`;

/** They have a place in each of these schools. $1: UAI. */
export const PLACE_BY_CIRCONSCRIPTION = `
  insert into stage_place (ord, source_key, profile, structure_key, class_id, class_label, level, is_head, post)
  select p.ord, p.source_key, p.profile, s.uai, '', '', '', false, p.post from stage_place p
  join structure s on s.uai = any($1::text[]) and plain_name(s.circonscription) = plain_name(p.post ->> 'circonscription')
  where p.structure_key = ''`;

/** Whose circonscription no school has is nowhere. */
export const CIRCONSCRIPTION_UNKNOWN = `
  gone as (delete from stage_place where structure_key = '' returning ord),
  found as (select e.source_key as subject, e.file, e.line from gone join stage_person e using (ord)
    where not exists (select from stage_place p where p.ord = e.ord and p.structure_key <> ''))`;
