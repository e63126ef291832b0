-- O(d): what the orders say on a day, nothing outside the membership's period (PRV-2).
create or replace function seats_ordered(membership text, item text, on_day date) returns bigint language sql stable as $$
  select greatest(coalesce(sum(l.delta), 0), 0)::bigint
  from order_line l join membership m using (membership_id)
  where l.membership_id = membership and l.item_code = item and l.effective_from <= on_day
    and m.starts_on <= on_day and m.ends_on > on_day
$$;

-- Who asks for a seat of a pool and has none there.
create or replace function seats_asked(membership text, item text) returns bigint language sql stable as $$
  select count(*) from account
  where (membership_id = membership and item_code = item and item_code <> '' and state in ('REQUESTED', 'WAITING_SEAT'))
    or (next_membership_id = membership and next_item_code = item)
$$;

-- The most that a market tolerates on a day of an overrun: so much of O, for so many days from its first on.
create or replace function seats_tolerated(membership text, ordered bigint, since date, on_day date) returns bigint language sql stable as $$
  select coalesce((
    select ordered * k.tolerance_percent / 100 from membership m join market k using (market_code)
    where m.membership_id = membership and k.over_quota = 'TOLERATE' and on_day < since + k.tolerance_days), 0)
$$;
