-- One change is allowed: from unverified to verified, once.
create or replace function annexe2_is_only_verified() returns trigger language plpgsql as $$
begin
  if old.verified_by is not null or new.verified_by is null
     or (new.id, new.membership_id, new.sha256, new.file_name, new.dated_on, new.imported_by, new.imported_on,
         new.register_exception)
        is distinct from
        (old.id, old.membership_id, old.sha256, old.file_name, old.dated_on, old.imported_by, old.imported_on,
         old.register_exception) then
    raise exception 'a transcription of annex 2 is verified once, and never changed' using errcode = 'integrity_constraint_violation';
  end if;
  perform refuse_frozen_annexe2(new.membership_id);
  return new;
end $$;

-- It is verified after it was written, and before the membership is in force (COM-1, COM-3).
create or replace function annexe2_begins_unverified() returns trigger language plpgsql as $$
begin
  perform refuse_frozen_annexe2(new.membership_id);
  if new.verified_by is not null then
    raise exception 'a transcription of annex 2 is verified after it was written' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

-- The lock makes who adds a line and who verifies queue.
create or replace function annexe2_line_comes_before_verification() returns trigger language plpgsql as $$
begin
  perform 1 from annexe2 where id = new.annexe2_id for share;
  if exists (select 1 from annexe2 where id = new.annexe2_id and verified_by is not null) then
    raise exception 'annex 2 % is verified: it gets no other line', new.annexe2_id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

-- A school is a public one of the national register, or its transcription says why not (COM-1).
create or replace function annexe2_line_names_a_public_school() returns trigger language plpgsql as $$
begin
  if exists (select from added l join annexe2 a on a.id = l.annexe2_id and a.register_exception is null
              where not is_in_register(l.beneficiary)) then
    raise exception 'UAI_NOT_IN_REGISTER: a line of annex 2 names no public school of the register'
      using errcode = 'check_violation';
  end if;
  return null;
end $$;

-- Judged when the transaction ends: what a membership comes into force with is the sum of the lines of its verified
-- annex 2, or what a succession made it of (which conserves).
create or replace function membership_commits_to_its_annexe2() returns trigger language plpgsql as $$
declare other record;
begin
  if exists (select 1 from succession s where s.successor_membership_id = new.id and s.is_successor_created and s.status = 'CARRIED_OUT') then
    return null;
  end if;
  select item_code, sum(quantity) as quantity into other from (
    select c.item_code, c.quantity from commitment c where c.membership_id = new.id
    union all
    select l.item_code, -l.quantity from annexe2_line l
     where l.annexe2_id = (select max(a.id) from annexe2 a where a.membership_id = new.id and a.verified_by is not null)
  ) both_sides group by item_code having sum(quantity) <> 0 limit 1;
  if found then
    raise exception 'the commitment of membership % to % is not that of its verified annex 2', new.id, other.item_code
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
