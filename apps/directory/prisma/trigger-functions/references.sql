-- What a foreign key would say row by row: nothing is stated by a source that is not declared (DIR-5).
create or replace function source_is_declared() returns trigger language plpgsql as $$
declare unknown text;
begin
  select distinct a.source into unknown from added a
  where not exists (select from declared_source d where d.source_code = a.source) limit 1;
  if unknown is not null then
    raise exception 'the source % is not declared', unknown using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;

-- And nobody has a place in a school that is not there.
create or replace function enrolment_is_in_a_school() returns trigger language plpgsql as $$
declare unknown text;
begin
  select a.uai into unknown from (select distinct uai from added) a
  where not exists (select from structure s where s.uai = a.uai) limit 1;
  if unknown is not null then
    raise exception 'the school % is not there', unknown using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;
