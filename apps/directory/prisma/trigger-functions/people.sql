-- A place that ended stays as it was (DIR-4): who was where on a past day is not rewritten. Who comes back on its first
-- day has it again, as an import that is repeated finds it.
create or replace function enrolment_keeps_its_past() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if (new.ends_on is not null and new is distinct from old) or new.starts_on <> old.starts_on then
    raise exception 'the place of % in % from % ended on %', old.person_id, old.uai, old.starts_on, old.ends_on
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- A person leaves on a day of the service, never on one before it: erasure counts from it (SUP-4). An undone merge gives back
-- the day on which one of the two had left (DIR-2).
create or replace function person_leaves_today() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.left_on < platform.business_date() and not exists (
      select from person_merge m where new.person_id in (m.survivor_id, m.absorbed_id) and m.undone_on = platform.business_date()) then
    raise exception 'person % leaves no earlier than today', new.person_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- A person is erased with a proof, 30 days at least after leaving, whatever the service's setting is (SUP-4). Judged on what
-- stood before the transaction: neither the person nor the service's day was written in it.
create or replace function person_is_erased_after_leaving() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.left_on is null or old.left_on > platform.business_date() - 30
     or exists (select from enrolment e where e.person_id = old.person_id and e.ends_on is null)
     or not exists (select from erasure e where e.person_id = old.person_id)
     or (select platform.is_written_now(p.xmin) from person p where p.person_id = old.person_id)
     or (select platform.is_written_now(d.xmin) from platform.business_day d) then
    raise exception 'person % is here, and is not erased', old.person_id using errcode = 'restrict_violation';
  end if;
  return old;
end $$;

-- A proof is of a person who stands here until it is written, left on that day and is erased on this one.
create or replace function erasure_is_of_a_leaver() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from added a where a.erased_on <> platform.business_date() or not exists (
               select from person p where p.person_id = a.person_id and p.left_on = a.left_on and not platform.is_written_now(p.xmin) offset 0)) then
    raise exception 'nobody of them has left so' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- What a proof found is added, and the erasure bears the newest.
create or replace function erasure_bears_its_newest_proof() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update erasure e set proved_at = p.proved_at, unexpected = p.unexpected, held_until = p.held_until
  from (select distinct on (person_id) * from added order by person_id, proved_at desc) p
  where e.person_id = p.person_id and (e.proved_at is null or e.proved_at <= p.proved_at);
  return null;
end $$;

-- An erasure stays as it was written; that its tombstone was told again is added, once, and with what was left of its keys when it was written and what the last proof found.
create or replace function erasure_is_told_again_once() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare added constant text[] := array['told_again_on', 'proved_at', 'unexpected', 'held_until', 'keys_left'];
begin
  if (old.told_again_on is not null and new.told_again_on is distinct from old.told_again_on)
     or (new.keys_left is distinct from old.keys_left
         and not (select platform.is_written_now(e.xmin) from erasure e where e.person_id = old.person_id))
     or (to_jsonb(new) - added) <> (to_jsonb(old) - added) then
    raise exception 'the erasure of % stays as it was proven', old.person_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- A place is removed with its person, or where a merge that gave it is undone (DIR-2); never otherwise.
create or replace function enrolment_goes_with_its_person() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
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
create or replace function identifier_moves_by_merge() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if (new.source, new.source_key) is distinct from (old.source, old.source_key) or not exists (
    select from person_merge m where (m.survivor_id, m.absorbed_id) in ((new.person_id, old.person_id), (old.person_id, new.person_id))) then
    raise exception 'the identifier % of % leads to % only', old.source_key, old.source, old.person_id
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- Who had which class on a past day is not rewritten (DIR-3); what begins again on its first day had not ended.
create or replace function class_link_keeps_its_past() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.ends_on is not null and new is distinct from old then
    raise exception 'the class % of % from % ended on %', old.class_id, old.source_key, old.starts_on, old.ends_on
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- A national number is what a source states of the person (DIR-2), or what an undone merge gives back; it stays with who has
-- it, also where it is stated no more.
create or replace function number_is_stated() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from stated_person s where s.person_id = new.person_id and s.ine_hash = new.ine_hash)
     and not exists (select from person_merge m where new.person_id in (m.survivor_id, m.absorbed_id)
                     and m.undone_on = platform.business_date()) then
    raise exception 'no source states this number of %', new.person_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
