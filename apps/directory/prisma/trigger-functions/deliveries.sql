-- A delivery that is kept whole is what plans are made from (DIR-3): nothing is added to it.
create or replace function delivery_is_sealed() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from directory_import i where i.delivered_on is not null
             and i.import_id in (select t.import_id from touched t)) then
    raise exception 'a delivery does not change once it is planned' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- It goes when nothing is to come of it any more, whole (SUP-4).
create or replace function delivery_is_kept() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from directory_import i where i.state not in ('COMPLETED', 'REFUSED')
             and i.import_id in (select t.import_id from touched t)) then
    raise exception 'a delivery is kept until its import has ended' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- What is executed is what was planned (DIR-3): a change only gets the part that it is applied with, once, and no school of
-- it waits any more.
create or replace function plan_change_is_fixed() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.part is not null or new.part is null or (to_jsonb(new) - 'part') <> (to_jsonb(old) - 'part') then
    raise exception 'a planned change is applied as it was planned' using errcode = 'restrict_violation';
  end if;
  if exists (select from plan_school s where s.plan_id = new.plan_id and s.uai = any(new.uais)
             and s.state not in ('RELEASED', 'APPROVED')) then
    raise exception 'nobody has approved this change' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- A school of a plan begins undecided, or approved as it was in the plan before, where its changes are the same (DIR-3).
create or replace function plan_school_begins_undecided() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.decided_by is not null or new.state not in ('HELD', 'OLDER', 'APPROVED')
     or (new.part is not null and new.state <> 'APPROVED')
     or (new.state = 'APPROVED' and not exists (
       select from plan_school q where q.uai = new.uai and q.digest = new.digest and q.decided_by is not null
         and q.state in ('APPROVED', 'REPLACED'))) then
    raise exception 'a school of a plan begins undecided' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- It is decided once, and taken by one part once it may be.
create or replace function plan_school_is_decided_once() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare is_decision boolean := old.state = 'HELD' and new.state in ('APPROVED', 'REJECTED');
begin
  if new.state <> old.state and not is_decision
     and not (old.state = 'HELD' and new.state = 'EXPIRED')
     -- By a younger delivery, until it is applied: also what a fault stopped, whose part was begun.
     and not (old.state in ('RELEASED', 'APPROVED', 'HELD') and new.state = 'REPLACED' and not exists (
       select from plan_part a where a.plan_id = old.plan_id and a.number = old.part and a.completed)) then
    raise exception 'a school of a plan is decided once' using errcode = 'restrict_violation';
  end if;
  if is_decision <> ((new.decided_by, new.decided_on, new.reason) is distinct from (old.decided_by, old.decided_on, old.reason)) then
    raise exception 'who decided about a school, when and why stays' using errcode = 'restrict_violation';
  end if;
  if new.part is distinct from old.part
     and (old.part is not null or new.part is null or new.state not in ('RELEASED', 'APPROVED')) then
    raise exception 'no part takes a school that waits, or twice' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- Nobody lets through, or turns down, what a plan holds without the journal saying so, in the same transaction.
create or replace function plan_school_follows_its_decision() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (
    select from plan p join platform.audit_entry a on a.subject = 'import:' || p.import_id
    where p.plan_id = new.plan_id and a.actor = new.decided_by and a.recorded_at >= transaction_timestamp()
      and a.action = case new.state when 'APPROVED' then 'import.approved' else 'import.rejected' end) then
    raise exception 'the journal does not say who decided about %', new.uai using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- A plan that another one has replaced does not stand again.
create or replace function plan_is_replaced_once() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.state <> 'CURRENT' then
    raise exception 'a plan that was replaced does not stand again' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- Of where its files lay an import may forget the name, which may be a person's, once it has ended for a month (SUP-4): it
-- is called by its id then, and by no other name ever.
create or replace function folder_is_forgotten() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.folder <> old.import_id::text or old.state not in ('COMPLETED', 'REFUSED')
     or old.started_on + 30 > platform.business_date() then
    raise exception 'an import keeps the name of its files until it is forgotten' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
