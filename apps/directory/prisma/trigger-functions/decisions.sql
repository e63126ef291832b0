-- What a person said stays said (DIR-2): two are two for good; that they are one is taken back by undoing their merge.
create or replace function answer_stays() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.answer = 'DIFFERENT' or new.answer is distinct from 'DIFFERENT' then
    raise exception 'the question % is answered', old.pair_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- An answer goes with whom it is about (SUP-4), and an import's once its merge is parted by nobody any more.
create or replace function answer_goes_with_its_people() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from removed r where r.answer is not null
             and not exists (select from erasure e where e.person_id in (r.newcomer_id, r.known_id))
             and (r.answer = 'DIFFERENT' or exists (select from person_merge m where m.pair_id = r.pair_id)
                  or exists (select from person p where p.person_id = r.newcomer_id))) then
    raise exception 'an answer stays with whom it is about' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- A merge is undone once, and for good.
create or replace function merge_is_undone_once() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  raise exception 'the merge % was undone on %', old.merge_id, old.undone_on using errcode = 'restrict_violation';
end $$;

-- What a person merged may be undone while both are remembered (SUP-4); an import's goes by its age.
create or replace function merge_goes_with_its_people() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from removed r where not r.by_import
             and not exists (select from erasure e where e.person_id in (r.survivor_id, r.absorbed_id))) then
    raise exception 'a merge stays while it may be undone' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- Without its sides no merge is undone exactly.
create or replace function side_stays_with_its_merges() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from removed r join person_merge m on m.survivor_id = r.person_id and m.undone_on is null
             where not exists (select from erasure e where e.person_id = r.person_id)
             union all
             select from removed r join person_merge m on m.absorbed_id = r.person_id and m.undone_on is null
             where not exists (select from erasure e where e.person_id = r.person_id)) then
    raise exception 'who somebody was stays while a merge may be undone' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- A person is said to be erased in the transaction that erases (SUP-4): what was announced as gone is not here.
create or replace function erased_is_gone() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from person p where p.person_id = new.person_id) then
    raise exception 'person % is not erased', new.person_id using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- An identifier that a source states leads to somebody: removed and given anew, it would lead to somebody else (DIR-2).
create or replace function stated_identifier_stays() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from removed r join stated_person s on s.source = r.source and s.source_key = r.source_key) then
    raise exception 'an identifier that is stated stays' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- Who had which class on a past day is not removed before the person is (DIR-3, SUP-4).
create or replace function class_link_goes_with_its_person() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from removed r where not exists (
               select from person_key k join erasure e on e.person_id = k.person_id
               where k.source = r.source and k.source_key = r.source_key)) then
    raise exception 'the class of somebody who is not erased stays' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- Whose child somebody was when two became one stays with that side, without guardians who are erased (DIR-2, SUP-4).
create or replace function side_link_goes_with_its_side() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from removed r join person_side s on s.person_id = r.person_id
             where not exists (select from erasure e where e.person_id = r.guardian_id)) then
    raise exception 'whose child somebody was stays while a merge may be undone' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- What was said before is what an undone merge is played from (DIR-2): it goes with its person, with an older merge that
-- nobody undoes any more, or once no side is kept for it.
create or replace function said_before_goes_with_its_merges() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (
    select from removed r
    where not exists (select from person_key k join erasure e on e.person_id = k.person_id
                      where k.source = r.source and k.source_key = r.source_key)
      and not exists (select from merged_key c join person_merge m on m.merge_id = c.merge_id and m.undone_on is null and m.step >= r.step
                      where c.source = r.source and c.source_key = r.source_key
                        and (m.by_import or exists (select from erasure e where e.person_id in (m.survivor_id, m.absorbed_id))))
      and (r.step >= (select min(step) from person_side)
           or exists (select from person_key k join person_side s on s.person_id = k.person_id
                      where k.source = r.source and k.source_key = r.source_key))) then
    raise exception 'what was said before stays while a merge may be undone' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- Of what was said before, guardians who are erased go, and nothing else changes (SUP-4).
create or replace function said_before_only_loses_links() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.statement - 'links' is distinct from old.statement - 'links' or not (old.statement -> 'links') @> (new.statement -> 'links') then
    raise exception 'what % said of % before is not rewritten', old.source, old.source_key using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
