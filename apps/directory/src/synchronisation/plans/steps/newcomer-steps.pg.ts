/** A batch is a range of keys: it is read as one, not key by key nor beside the whole delivery. */
const inBatch = (key: string): string =>
  `d.import_id = $2 and ${key} between (select min(source_key) from batch) and (select max(source_key) from batch)`;

/**
 * A batch of people of whom nothing is known: what was delivered is all that is stated of them, so they are derived from
 * that in passing, and nothing of theirs can end, change or stand there already. To the same as what is stated and
 * derived of a batch in turn. $1: source, $2: import, $3: dated on, $4: part, $5: day of the import.
 */
export const writeNewcomersSql = `
  with said as materialized (
    select b.person_id, d.* from batch b join delivered_person d using (source_key) where ${inBatch('d.source_key')}),
  places as materialized (
    select s.person_id, s.entity, d.*, d.profile in ('STUDENT', 'FURTHER_STUDENT') as is_pupils
    from said s join delivered_place d using (source_key) where ${inBatch('d.source_key')}),
  links as materialized (
    select s.person_id, s.entity, d.* from said s join delivered_link d on d.child_key = s.source_key where ${inBatch('d.child_key')}),
  stated_people as (
    insert into stated_person (source, source_key, person_id, entity, last_name, first_name, birth_date, ine_hash, academic_identifier, digest, dated_on)
    select $1, source_key, person_id, entity, last_name, first_name, birth_date, ine_hash, academic_identifier, digest, $3::date from said),
  stated_places as (
    insert into stated_place (source, source_key, profile, uai, class_id, class_label, level, is_head, entered_on, post, classes, groups)
    select $1, source_key, profile, uai, class_id, class_label, level, is_head, entered_on, post,
      case when is_pupils then classes end, case when is_pupils then groups end from places),
  stated_links as (
    insert into stated_link (source, child_key, guardian_key, relation) select $1, child_key, guardian_key, relation from links),
  enrolments as (
    insert into enrolment (person_id, profile, uai, starts_on, class_id, class_label, level, is_head, post, classes, groups)
    select distinct on (person_id, profile, uai) person_id, profile, uai, coalesce(entered_on, $5::date), class_id, class_label, level, is_head, post,
      case when is_pupils then classes end, case when is_pupils then groups end
    from places p where profile <> 'FURTHER_STUDENT' or not exists (
      select from places h where h.person_id = p.person_id and h.uai = p.uai and h.profile = 'STUDENT')
    order by person_id, profile, uai, entity, source_key),
  guardian_links as (
    insert into guardian_link (child_id, guardian_id, relation)
    select distinct on (l.person_id, k.person_id) l.person_id, k.person_id, l.relation
    from links l join person_key k on k.source = $1 and k.source_key = l.guardian_key
    order by l.person_id, k.person_id, l.entity, l.child_key, l.guardian_key)
  insert into person (person_id, source, source_key, last_name, first_name, birth_date, ine_hash, academic_identifier, revision, import_id)
  select person_id, $1, (array_agg(source_key))[1], (array_agg(last_name))[1], (array_agg(first_name))[1],
    (array_agg(birth_date) filter (where birth_date is not null))[1],
    (array_agg(ine_hash) filter (where ine_hash is not null and not exists (
      select from person h where h.ine_hash = o.ine_hash and h.person_id <> o.person_id)))[1],
    (array_agg(academic_identifier) filter (where academic_identifier is not null))[1], 1, $4::uuid
  from (select * from said order by person_id, entity, source_key) o
  group by person_id
  returning person_id, source_key, last_name, first_name, birth_date, academic_identifier, revision`;
