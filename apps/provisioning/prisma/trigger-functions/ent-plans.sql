-- A part begins undecided, and is approved or rejected by a decision that is written down, whoever writes (PRV-8).
create or replace function ent_plan_part_follows_its_decision() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state not in ('RELEASED', 'HELD') or (new.state = 'HELD') = (new.held_by = '') then
      raise exception 'a part of a plan begins undecided'
        using errcode = 'check_violation', constraint = 'ent_plan_part_begins_undecided';
    end if;
    return new;
  end if;
  if old.state <> 'HELD' or new.state = 'RELEASED' then
    raise exception 'a part of a plan is decided once'
      using errcode = 'check_violation', constraint = 'ent_plan_part_is_decided_once';
  end if;
  if new.state in ('APPROVED', 'REJECTED') and not exists (
      select from ent_plan_decision d where d.part_id = new.part_id and d.verdict = new.state) then
    raise exception 'nobody has decided so'
      using errcode = 'check_violation', constraint = 'ent_plan_part_follows_its_decision';
  end if;
  return new;
end $$;

-- What closes, blocks, deletes, moves or renames is let through by a part that is released or approved alone.
create or replace function ent_task_waits_for_its_plan() returns trigger language plpgsql as $$
begin
  if not exists (select from ent_plan_part p where p.part_id = new.part_id and p.state in ('RELEASED', 'APPROVED')) then
    raise exception 'no plan lets this be told to the ENT'
      using errcode = 'check_violation', constraint = 'ent_task_waits_for_its_plan';
  end if;
  return new;
end $$;

-- Who decided what stays for a year.
create or replace function ent_plan_is_kept() returns trigger language plpgsql as $$
begin
  if old.made_on > platform.business_date() - interval '1 year' then
    raise exception 'a plan is kept for a year' using errcode = 'check_violation', constraint = 'ent_plan_is_kept';
  end if;
  return old;
end $$;

-- What was held is let through by the approval of the part that held it alone.
create or replace function ent_task_stays_held() returns trigger language plpgsql as $$
begin
  if new.part_id is distinct from old.part_id or new.kind is distinct from old.kind
      or not exists (select from ent_plan_part p where p.part_id = old.part_id and p.state = 'APPROVED') then
    raise exception 'nobody has approved what is held'
      using errcode = 'check_violation', constraint = 'ent_task_stays_held';
  end if;
  return new;
end $$;
