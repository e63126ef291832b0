-- The heart of the contract: O(d) >= C(d) on every day (ORD-2), judged when the transaction ends, whoever writes.

-- At the end of the transaction: several deltas of one day are judged at the end of the day. In scope
-- ITEM one range of the line's own item is enough; days before the line cannot have changed.
create or replace function order_line_keeps_the_floor() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from membership m join market k on k.code = m.market_code
     where m.id = new.membership_id and (
       k.floor_scope = 'TOTAL'
       or exists (select 1 from commitment_change x where x.membership_id = new.membership_id)
       or exists (
         select 1 from ordered_day d
          where d.membership_id = new.membership_id and d.item_code = new.item_code
            and d.effective_from >= new.effective_from and d.effective_from < m.ends_on
            and d.ordered < coalesce((select c.quantity from commitment c
                                       where c.membership_id = new.membership_id and c.item_code = new.item_code), 0)))
  ) then
    perform refuse_below_commitment(new.membership_id, new.effective_from);
  end if;
  return null;
end $$;

-- What has ended was a contract to its last day: its floor stands like that of one in force.
create or replace function membership_keeps_the_floor() returns trigger language plpgsql as $$
begin
  if new.status in ('ACTIVE', 'ENDED') then
    perform refuse_below_commitment(new.id, new.starts_on);
  end if;
  return null;
end $$;

create or replace function commitment_keeps_the_floor() returns trigger language plpgsql as $$
begin
  perform refuse_below_commitment(m.id, m.starts_on) from membership m
    where m.id in (new.membership_id, old.membership_id) and m.status in ('ACTIVE', 'ENDED');
  return null;
end $$;

-- C is never negative, and O holds it from the first day that moved on.
create or replace function commitment_change_keeps_the_floor() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from commitment_change x
     where x.membership_id = new.membership_id and x.item_code = new.item_code
       and x.effective_from >= new.effective_from
       and commitment_on(x.membership_id, x.item_code, x.effective_from) < 0
  ) then
    raise exception 'COMMITMENT_NEGATIVE: more of % would leave membership % than it is committed to', new.item_code, new.membership_id using errcode = 'check_violation';
  end if;
  perform refuse_below_commitment(new.membership_id, new.effective_from);
  return null;
end $$;
