-- A draft stays its member's, each change counts, and what is signed or cancelled is closed.
create or replace function order_draft_goes_forward() returns trigger language plpgsql as $$
begin
  if old.status <> 'DRAFT' then
    raise exception 'draft % is % and does not change', old.id, old.status using errcode = 'check_violation';
  end if;
  if new.version <> old.version + 1 then
    raise exception 'the version of draft % goes from % to %', old.id, old.version, new.version using errcode = 'check_violation';
  end if;
  if (new.id, new.position, new.membership_id, new.cause, new.item_code, new.prepared_by, new.prepared_on)
     is distinct from (old.id, old.position, old.membership_id, old.cause, old.item_code, old.prepared_by, old.prepared_on) then
    raise exception 'draft % stays what it was prepared as', old.id using errcode = 'check_violation';
  end if;
  if new.order_id is not null and not exists (
    select 1 from purchase_order o where o.id = new.order_id and o.membership_id = new.membership_id
  ) then
    raise exception 'draft % did not become order % of another membership', old.id, new.order_id using errcode = 'foreign_key_violation';
  end if;
  return new;
end $$;
