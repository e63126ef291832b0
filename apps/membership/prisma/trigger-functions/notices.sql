create or replace function order_acknowledgement_follows() returns trigger language plpgsql as $$
begin
  if exists (select 1 from purchase_order o where o.id = new.order_id and o.signed_on > new.acknowledged_on) then
    raise exception 'order % is acknowledged before it is signed', new.order_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
