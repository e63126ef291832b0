/** Of a whole commune, by its code. */
const ofAll = `p.structure_key = '' and p.post ->> 'role' = 'COMMUNE_REPRESENTATIVE'`;

/** The public schools of the communes whose code representatives state without a school: names of communes repeat. */
export const schoolsOfCommunes = `
  select s.uai from structure s where s.is_public and s.insee <> '' and s.insee in (
    select p.post ->> 'insee' from stage_place p where ${ofAll})`;

/** They have a place in each of these schools, under the commune's name as it is stated, else as the school writes it. $1: UAI. */
export const placeByCommune = `
  insert into stage_place (ord, source_key, profile, structure_key, class_id, class_label, level, is_head, post)
  select distinct on (p.ord, s.uai) p.ord, p.source_key, p.profile, s.uai, '', '', '', false,
    case when p.post ->> 'commune' = '' then p.post || jsonb_build_object('commune', s.commune) else p.post end
  from stage_place p join structure s on s.uai = any($1::text[]) and s.insee = p.post ->> 'insee'
  where ${ofAll} and not exists (select from stage_place o where o.ord = p.ord and o.structure_key = s.uai)
  order by p.ord, s.uai, p.post::text`;

/** Whose commune has no school is nowhere. */
export const communeUnknown = `
  gone as (delete from stage_place p where ${ofAll} returning ord),
  found as (select e.source_key as subject, e.file, e.line from gone join stage_person e using (ord)
    where not exists (select from stage_place p where p.ord = e.ord and p.structure_key <> ''))`;
