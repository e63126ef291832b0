-- The limit is worth what its own books are worth: nobody writes either side of it by hand, an overrun keeps its
-- first day, and nobody tolerates more than the market does.
create or replace function guard_seat_pool() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.ordered <> 0 or new.held <> 0 or new.stands_on is not null or new.tolerance <> 0 or new.over_since is not null then
      raise exception 'a pool begins empty' using errcode = 'check_violation', constraint = 'seat_pool_begins_empty';
    end if;
    return new;
  end if;
  if (new.membership_id, new.item_code) <> (old.membership_id, old.item_code) then
    raise exception 'a pool keeps its membership and item' using errcode = 'check_violation', constraint = 'seat_pool_keeps_its_key';
  end if;
  -- Depth 1: written by a statement of its own, not by the trigger on account.
  if new.held <> old.held and pg_trigger_depth() = 1 then
    raise exception 'seats held follow the accounts' using errcode = 'check_violation', constraint = 'seats_held_follow_accounts';
  end if;
  if new.ordered <> old.ordered or new.stands_on is distinct from old.stands_on then
    if new.stands_on is null or new.stands_on < old.stands_on or new.stands_on > platform.business_date()
      or new.ordered <> seats_ordered(new.membership_id, new.item_code, new.stands_on) then
      raise exception 'seats ordered follow the orders of a day that has begun'
        using errcode = 'check_violation', constraint = 'seats_ordered_follow_orders';
    end if;
  end if;
  if new.over_since is distinct from old.over_since then
    if new.over_since is not null and (old.over_since is not null or new.over_since is distinct from new.stands_on)
      or new.over_since is null
        and new.held + seats_asked(new.membership_id, new.item_code) > new.ordered
        and exists (select from membership m join market k using (market_code)
                    where m.membership_id = new.membership_id and k.over_quota = 'TOLERATE') then
      raise exception 'an overrun keeps its first day until the order suffices'
        using errcode = 'check_violation', constraint = 'seat_overrun_keeps_its_first_day';
    end if;
  end if;
  if new.tolerance <> 0 and (new.tolerance, new.ordered, new.stands_on, new.over_since)
      is distinct from (old.tolerance, old.ordered, old.stands_on, old.over_since)
    and new.tolerance > seats_tolerated(new.membership_id, new.ordered, new.over_since, new.stands_on) then
    raise exception 'seats are tolerated as the market says'
      using errcode = 'check_violation', constraint = 'seats_tolerated_follow_the_market';
  end if;
  return new;
end $$;

-- The books of seats follow the accounts, statement by statement, and the check refuses the seat too many.
create or replace function keep_seats_held() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  pool record;
begin
  for pool in
    select membership_id, item_code, sum(seats) as seats from (
      select membership_id, item_code, 1 as seats from after_rows where holds_seat
      union all
      select membership_id, item_code, -1 from before_rows where holds_seat
    ) as changes
    group by membership_id, item_code having sum(seats) <> 0
    order by sum(seats), membership_id, item_code
  loop
    update seat_pool set held = held + pool.seats
    where membership_id = pool.membership_id and item_code = pool.item_code;
    if not found then
      raise exception 'no seat is ordered by % for %', pool.membership_id, pool.item_code
        using errcode = 'check_violation', constraint = 'seats_held_within_order';
    end if;
  end loop;
  return null;
end $$;

create or replace function keep_seats_held_inserted() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  pool record;
begin
  for pool in
    select membership_id, item_code, count(*) as seats from after_rows where holds_seat
    group by membership_id, item_code order by membership_id, item_code
  loop
    update seat_pool set held = held + pool.seats
    where membership_id = pool.membership_id and item_code = pool.item_code;
    if not found then
      raise exception 'no seat is ordered by % for %', pool.membership_id, pool.item_code
        using errcode = 'check_violation', constraint = 'seats_held_within_order';
    end if;
  end loop;
  return null;
end $$;
