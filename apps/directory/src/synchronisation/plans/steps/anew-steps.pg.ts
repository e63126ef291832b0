import { derivedPeople, deriveSchools } from './part-steps.pg.js';

/** The next people of whom another source speaks too: of the others nothing depends on priorities. $1: source, $2: who was last, $3: how many. */
export const takeNext = `
  insert into batch (source_key, person_id)
  select id::text, id from (
    select distinct s.person_id as id from stated_person s where s.source = $1 and s.person_id > $2
      and exists (select from stated_person o where o.person_id = s.person_id and o.source <> $1)
    order by 1 limit $3) n
  returning person_id`;

const startsOfName =
  'source, source_key, last_name, first_name, birth_date, ine_hash, academic_identifier';
const placed = 'class_id, class_label, level, is_head, post, classes, groups';
/** Who somebody is as derived, `d`, is another than who stands there, `p`. */
const isNamedOtherwise = `(${of('d', startsOfName.replace('ine_hash, ', ''))}, coalesce(d.ine_hash, p.ine_hash))
          is distinct from (${of('p', startsOfName.replace('ine_hash, ', ''))}, p.ine_hash)`;
function of(row: string, columns: string): string {
  return columns
    .split(', ')
    .map((column) => `${row}.${column}`)
    .join(', ');
}

/**
 * Leaves out of a batch whom it would come to the same, and gives the others, so that nobody is told who has not changed. The key that an academy's way in
 * looks for follows from the priorities, too, and stands in no table.
 */
export const keepWhoChanges = `
  with named as materialized (${derivedPeople}),
  same as (
    delete from batch b
    where not exists (
        select from named d join person p using (person_id) where d.person_id = b.person_id
          and ${isNamedOtherwise})
      and not exists (
        select from derived_place d join enrolment e using (person_id, profile, uai) where d.person_id = b.person_id and e.ends_on is null
          and (${of('d', placed)}, coalesce(d.entered_on, e.starts_on)) is distinct from (${of('e', placed)}, e.starts_on))
      and not exists (
        select from derived_link d join guardian_link l using (child_id, guardian_id)
        where d.child_id = b.person_id and d.relation <> l.relation)
      and (
        select count(distinct s.source) from stated_person s
        join declared_source c on c.source_code = s.source and c.kind = 'AAF_1D' and c.academy_code <> ''
        where s.person_id = b.person_id) < 2
    returning b.person_id)
  select distinct person_id from batch where person_id not in (select person_id from same) order by 1`;

/** $1: none, $2: the source. Its schools of which another source speaks too. */
export const deriveSchoolsAnew = deriveSchools(`
  select uai from stated_structure where source = $2
  intersect select uai from stated_structure where source <> $2`);

/** $1: none. Every school that a source states. */
export const deriveEverySchool = deriveSchools('select distinct uai from stated_structure');

/** The next of all people, whichever source it is for ($1). $2: who was last, $3: how many. */
export const takeNextOfAll = `
  insert into batch (source_key, person_id)
  select id::text, id from (select person_id as id from person where person_id > $2 and $1::text is not null order by 1 limit $3) n
  returning person_id`;

/**
 * Leaves of a batch whom all that is stated comes to otherwise than they stand: in who they are, whether they are here,
 * their places and links. A start that no source states is whatever it is; one that is stated stands, but for who came
 * back (`changePlaces`). To the child of a link its guardian is added, who is told of it too.
 */
export const keepWhoDiffers = `
  with all_of as materialized (select distinct person_id from batch),
  link as (
    select child_id, guardian_id from derived_link d
    full join (
      select l.* from all_of t join guardian_link l on l.child_id = t.person_id
      where exists (select from stated_person s where s.person_id = l.child_id)) l using (child_id, guardian_id)
    where d.relation is distinct from l.relation),
  differs as materialized (
    select p.person_id from all_of join person p using (person_id) left join (${derivedPeople}) d using (person_id)
    where case when d.person_id is null then p.left_on is null else p.left_on is not null or ${isNamedOtherwise} end
    union
    select person_id from derived_place d
    full join (select e.* from all_of join enrolment e using (person_id) where e.ends_on is null) e using (person_id, profile, uai)
    where (${of('d', placed)}) is distinct from (${of('e', placed)})
      or d.entered_on <> e.starts_on and not exists (
        select from enrolment c where c.person_id = e.person_id and c.profile = e.profile and c.uai = e.uai
          and (c.ends_on > c.starts_on or (c.ends_on = c.starts_on and c.starts_on = d.entered_on)))
    union select child_id from link union select guardian_id from link),
  same as (delete from batch b where b.person_id not in (select person_id from differs)),
  added as (
    insert into batch (source_key, person_id)
    select person_id::text, person_id from differs where person_id not in (select person_id from all_of))
  select person_id from differs order by 1`;
