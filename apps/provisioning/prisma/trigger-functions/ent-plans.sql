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

-- Whom the ENT has already is not made by work of now: what is told of it is judged like all else. It is not refused, since
-- another process may have learnt of it at this moment.
create or replace function ent_task_makes_who_is_missing() returns trigger language plpgsql as $$
begin
  if exists (select from account a where a.account_id = new.account_id and a.ent_id is not null) then
    new.tried_places := case when tg_op = 'UPDATE' then old.tried_places else '{}' end;
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

-- Whoever decided about a part stands in the journal, with the plan, or with the school that was mended by hand: that decision
-- is about all that was planned in the same breath, in whatever schools.
create or replace function ent_plan_decision_is_journalled() returns trigger language plpgsql as $$
begin
  if not exists (
      select from ent_plan_part p join platform.audit_entry a on a.subject = 'plan:' || p.plan_id
      where p.part_id = new.part_id and a.actor = new.decided_by and a.recorded_at >= transaction_timestamp()
        and a.action = case new.verdict when 'APPROVED' then 'ent-plan.approved' else 'ent-plan.rejected' end)
    and not (new.verdict = 'APPROVED' and exists (
      select from (select * from platform.audit_entry order by id desc limit 1000) a
      where a.actor = new.decided_by and a.recorded_at >= transaction_timestamp()
        and a.action in ('ent-plan.approved', 'ent-school.mended') and a.subject like 'school:%')) then
    raise exception 'the journal does not say who decided'
      using errcode = 'check_violation', constraint = 'ent_plan_decision_is_journalled';
  end if;
  return null;
end $$;

-- Of a night, too; what a person has rejected stays so in the nights after it, as long as it is the same.
create or replace function ent_look_decision_is_journalled() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.status = old.status and new.decided_by = old.decided_by then
    return null;
  end if;
  if not (new.status = 'REJECTED' and new.decided_by = '' and exists (
      select from ent_look l where l.uai = new.uai and l.day < new.day and l.status = 'REJECTED'))
    and not exists (
      select from platform.audit_entry a where a.subject = 'school:' || new.uai and a.actor = new.decided_by
        and a.recorded_at >= transaction_timestamp()
        and a.action = case new.status when 'APPROVED' then 'ent-plan.approved' else 'ent-plan.rejected' end) then
    raise exception 'the journal does not say who decided about %', new.uai
      using errcode = 'check_violation', constraint = 'ent_look_decision_is_journalled';
  end if;
  return null;
end $$;
