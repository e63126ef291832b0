-- The arrêté or délibération that decides it lies in the former member's file, or in the market's own (ADH-2).
create or replace function succession_rests_on_its_paper() returns trigger language plpgsql as $$
begin
  if not exists (select from succession_papers_of(new.predecessor_membership_id) d where d.id = new.document_id) then
    raise exception 'succession % rests on no paper of its file', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- A plan does not change; it is approved, then decided once.
create or replace function succession_is_decided_once() returns trigger language plpgsql as $$
begin
  if not (old.status = 'PROPOSED' and new.status in ('PLANNED', 'CANCELLED')
          or old.status = 'PLANNED' and new.status in ('CARRIED_OUT', 'CANCELLED', 'BLOCKED'))
     or (new.id, new.group_id, new.market_code, new.kind, new.effective_on, new.predecessor_membership_id,
         new.successor_organisation_id, new.document_id, new.moved_lines, new.shares, new.schools, new.planned_by, new.planned_on, new.proposal_id)
        is distinct from
        (old.id, old.group_id, old.market_code, old.kind, old.effective_on, old.predecessor_membership_id,
         old.successor_organisation_id, old.document_id, old.moved_lines, old.shares, old.schools, old.planned_by, old.planned_on, old.proposal_id)
  then
    raise exception 'succession % is decided once and does not change', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

-- Judged when the transaction ends, whoever writes: C and O are conserved per item on every day, and in
-- full the former membership ends on that day.
create or replace function succession_conserves() returns trigger language plpgsql as $$
begin
  if new.status <> 'CARRIED_OUT' then
    return null;
  end if;
  perform refuse_unfounded_succession(new.id);
  if new.kind = 'FULL' and not exists (
    select 1 from membership m where m.id = new.predecessor_membership_id and m.status = 'ENDED'
       and m.ends_on = new.effective_on and m.end_cause = 'SUCCESSION'
  ) then
    raise exception 'succession % leaves the former membership in force', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;

-- The other side: C does not move but by one, nor at a member that has passed whole, once it has.
create or replace function commitment_change_rests_on_succession() returns trigger language plpgsql as $$
begin
  perform refuse_unfounded_succession(new.succession_id);
  perform refuse_unfounded_succession(s.id) from succession s
    where s.predecessor_membership_id = new.membership_id and s.kind = 'FULL' and s.status = 'CARRIED_OUT';
  return null;
end $$;

-- Nor does O: an order of this kind, which asks no maximum, is one that a succession names.
create or replace function order_rests_on_succession() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from succession s where s.status = 'CARRIED_OUT'
                  and (s.predecessor_order_id = new.id or new.id = any(s.successor_order_ids))) then
    raise exception 'order % rests on no succession', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;

-- A planned succession is as one coordinator proposed and another approved it, on the paper that both read.
create or replace function succession_takes_two_persons() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  approved platform.proposal := platform.approved_proposal(new.proposal_id, 'SUCCESSIONS');
begin
  if approved.proposal_id is null or (approved.market_code, approved.proposed_by) is distinct from (new.market_code, new.planned_by)
     or not exists (select from jsonb_array_elements(approved.content -> 'successions') each where each = proposed_succession(new)) then
    raise exception 'succession % is not what two coordinators approved', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;

-- In the transaction of the decision: an approval does not wait to be used on a later day.
create or replace function approved_successions_are_planned() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from platform.proposal p where p.proposal_id = new.proposal_id and p.kind = 'SUCCESSIONS')
     and (exists (select from succession where proposal_id = new.proposal_id and status = 'PROPOSED')
          or not exists (select from succession where proposal_id = new.proposal_id)) then
    raise exception 'proposal % was approved without its successions', new.proposal_id using errcode = 'check_violation';
  end if;
  return null;
end $$;
