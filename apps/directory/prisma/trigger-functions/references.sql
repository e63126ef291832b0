-- What a foreign key would say row by row: nothing is stated by a source that is not declared (DIR-5).
create or replace function source_is_declared() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare unknown text;
begin
  select distinct a.source into unknown from added a
  where not exists (select from declared_source d where d.source_code = a.source) limit 1;
  if unknown is not null then
    raise exception 'the source % is not declared', unknown using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;

-- And nobody has a place in a school that is not there, nor has somebody who is not there.
create or replace function enrolment_has_school_and_person() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare unknown text;
begin
  select a.uai into unknown from (select distinct uai from added) a
  where not exists (select from structure s where s.uai = a.uai) limit 1;
  if unknown is not null then
    raise exception 'the school % is not there', unknown using errcode = 'foreign_key_violation';
  end if;
  select a.person_id into unknown from added a
  where not exists (select from person p where p.person_id = a.person_id) limit 1;
  if unknown is not null then
    raise exception 'the person % is not there', unknown using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;

-- The places of a person go when the person goes; each is looked at (`enrolment_goes_with_its_person`). And nobody is to be
-- keyed any more.
create or replace function enrolment_goes_when_its_person_goes() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from enrolment e using removed r where e.person_id = r.person_id;
  delete from person_to_key k using removed r where k.person_id = r.person_id;
  return null;
end $$;

-- Whoever is written has old keys, or none (DIR-2).
create or replace function person_is_to_be_keyed() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into person_to_key (person_id) select person_id from written;
  return null;
end $$;

-- A guardian is a person whom a source states of the child (DIR-2, SUP-3); the statement comes first, or in the same statement of
-- SQL. An undone merge gives back what was stated before. Lookups by key: a plan of whole tables would be kept.
create or replace function guardian_link_is_stated() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare child uuid;
begin
  select a.child_id into child from added a
  where not exists (
      select from stated_person s join stated_link l on l.source = s.source and l.child_key = s.source_key
      join person_key k on k.source = l.source and k.source_key = l.guardian_key
      where s.person_id = a.child_id and k.person_id = a.guardian_id offset 0)
    and not exists (
      select from person_merge m where m.undone_on = platform.business_date()
        and (a.child_id in (m.survivor_id, m.absorbed_id) or a.guardian_id in (m.survivor_id, m.absorbed_id)) offset 0)
  limit 1;
  if found then
    raise exception 'no source states this guardian of %', child using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
