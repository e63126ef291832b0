create or replace function order_notice_follows() returns trigger language plpgsql as $$
begin
  if new.kind = 'NOTIFIED' and exists (
    select 1 from purchase_order o where o.id = new.order_id and o.signed_on > new.noticed_on
  ) then
    raise exception 'order % is notified before it is signed', new.order_id using errcode = 'check_violation';
  end if;
  if new.kind = 'ACKNOWLEDGED' and not exists (
    select 1 from order_notice n
     where n.order_id = new.order_id and n.kind = 'NOTIFIED' and n.noticed_on <= new.noticed_on
  ) then
    raise exception 'order % is acknowledged before it is notified', new.order_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
