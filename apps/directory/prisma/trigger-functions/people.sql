-- A place that ended stays as it was (DIR-4): who was where on a past day is not rewritten. Who comes back on its first
-- day has it again, as an import that is repeated finds it.
create or replace function enrolment_keeps_its_past() returns trigger language plpgsql as $$
begin
  if (new.ends_on is not null and new is distinct from old) or new.starts_on <> old.starts_on then
    raise exception 'the place of % in % from % ended on %', old.person_id, old.uai, old.starts_on, old.ends_on
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- Erased is who has left (SUP-4), with all that was known; nobody who is here.
create or replace function person_is_erased_after_leaving() returns trigger language plpgsql as $$
begin
  if old.left_on is null or old.left_on >= platform.business_date()
     or exists (select from enrolment e where e.person_id = old.person_id and e.ends_on is null) then
    raise exception 'person % is here, and is not erased', old.person_id using errcode = 'restrict_violation';
  end if;
  return old;
end $$;

-- An erasure stays as it was written; that its tombstone was told again is added, once, and what was and what the last proof found.
create or replace function erasure_is_told_again_once() returns trigger language plpgsql as $$
declare added constant text[] := array['told_again_on', 'proved_at', 'unexpected', 'held_until', 'keys_left'];
begin
  if (old.told_again_on is not null and new.told_again_on is distinct from old.told_again_on)
     or (to_jsonb(new) - added) <> (to_jsonb(old) - added) then
    raise exception 'the erasure of % stays as it was proven', old.person_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- A place is removed with its person, or where a merge that gave it is undone (DIR-2); never otherwise.
create or replace function enrolment_goes_with_its_person() returns trigger language plpgsql as $$
begin
  if exists (select from person p where p.person_id = old.person_id)
     and not exists (select from person_merge m where old.person_id in (m.survivor_id, m.absorbed_id)
                     and m.undone_on = platform.business_date()) then
    raise exception 'the place of % in % from % stays', old.person_id, old.uai, old.starts_on
      using errcode = 'restrict_violation';
  end if;
  return old;
end $$;

-- An identifier leads to whom it was given to, or to whom that one was merged with, or back (DIR-2).
create or replace function identifier_moves_by_merge() returns trigger language plpgsql as $$
begin
  if (new.source, new.source_key) is distinct from (old.source, old.source_key) or not exists (
    select from person_merge m where (m.survivor_id, m.absorbed_id) in ((new.person_id, old.person_id), (old.person_id, new.person_id))) then
    raise exception 'the identifier % of % leads to % only', old.source_key, old.source, old.person_id
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- Who had which class on a past day is not rewritten (DIR-3); what begins again on its first day had not ended.
create or replace function class_link_keeps_its_past() returns trigger language plpgsql as $$
begin
  if new.ends_on is not null and new is distinct from old then
    raise exception 'the class % of % from % ended on %', old.class_id, old.source_key, old.starts_on, old.ends_on
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- A national number is what a source states of the person (DIR-2), or what an undone merge gives back; it stays with who has
-- it, also where it is stated no more.
create or replace function number_is_stated() returns trigger language plpgsql as $$
begin
  if not exists (select from stated_person s where s.person_id = new.person_id and s.ine_hash = new.ine_hash)
     and not exists (select from person_merge m where new.person_id in (m.survivor_id, m.absorbed_id)
                     and m.undone_on = platform.business_date()) then
    raise exception 'no source states this number of %', new.person_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
