-- A plan does not change, it is decided once.
create or replace function succession_is_decided_once() returns trigger language plpgsql as $$
begin
  if old.status <> 'PLANNED' or new.status = 'PLANNED'
     or (new.id, new.group_id, new.market_code, new.kind, new.effective_on, new.predecessor_membership_id,
         new.successor_organisation_id, new.document, new.moved_lines, new.shares, new.schools, new.planned_by, new.planned_on)
        is distinct from
        (old.id, old.group_id, old.market_code, old.kind, old.effective_on, old.predecessor_membership_id,
         old.successor_organisation_id, old.document, old.moved_lines, old.shares, old.schools, old.planned_by, old.planned_on)
  then
    raise exception 'succession % is decided once and does not change', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

-- Judged when the transaction ends, whoever writes: C and O are conserved per item on every day, and in
-- full the former membership ends on that day.
create or replace function succession_conserves() returns trigger language plpgsql as $$
declare lost record;
begin
  if new.status <> 'CARRIED_OUT' then
    return null;
  end if;
  select * into lost from succession_not_conserved(new.id) order by on_day, item_code limit 1;
  if found then
    raise exception 'SUCCESSION_NOT_CONSERVED: on % succession % takes % of % (%) and gives %',
      lost.on_day, new.id, lost.gone, lost.item_code, lost.figure, lost.received using errcode = 'check_violation';
  end if;
  if new.kind = 'FULL' and not exists (
    select 1 from membership m where m.id = new.predecessor_membership_id and m.status = 'ENDED'
       and m.ends_on = new.effective_on and m.end_cause = 'SUCCESSION'
  ) then
    raise exception 'succession % leaves the former membership in force', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
