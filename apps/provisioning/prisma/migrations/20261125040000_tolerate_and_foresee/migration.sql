-- ── What a market says of who finds no seat (PRV-2) ──────────────────────────────────────────────
alter table market
  add column over_quota text not null default 'WAIT' check (over_quota in ('WAIT', 'DRAFT_ORDER', 'TOLERATE')),
  add column tolerance_days integer not null default 0 check (tolerance_days between 0 and 366),
  add column tolerance_percent integer not null default 0 check (tolerance_percent between 0 and 100),
  add constraint market_tolerance_has_its_terms
    check ((over_quota = 'TOLERATE') = (tolerance_days > 0 and tolerance_percent > 0));

-- ── Seats tolerated beyond what is ordered ───────────────────────────────────────────────────────
alter table seat_pool
  -- Seats that may be held beyond O on the day the pool stands at: written by the allotment with O itself.
  add column tolerance bigint not null default 0 check (tolerance >= 0),
  -- First day of the overrun under way; kept when its days are over, until O suffices for everybody.
  add column over_since date,
  drop constraint seats_held_within_order,
  add constraint seats_held_within_order check (held <= ordered + tolerance);
create index seat_pool_over on seat_pool (over_since) where over_since is not null;

-- Who asks for a seat of a pool and has none there.
create function seats_asked(membership text, item text) returns bigint language sql stable as $$
  select count(*) from account
  where (membership_id = membership and item_code = item and item_code <> '' and state in ('REQUESTED', 'WAITING_SEAT'))
    or (next_membership_id = membership and next_item_code = item)
$$;

-- The most that a market tolerates on a day of an overrun: so much of O, for so many days from its first on.
create function seats_tolerated(membership text, ordered bigint, since date, on_day date) returns bigint language sql stable as $$
  select coalesce((
    select ordered * k.tolerance_percent / 100 from membership m join market k using (market_code)
    where m.membership_id = membership and k.over_quota = 'TOLERATE' and on_day < since + k.tolerance_days), 0)
$$;

-- As before, and: an overrun keeps its first day, and nobody tolerates more than the market does.
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

-- The latest enrolled by school are counted from the index alone (PRV-7).
drop index account_holders;
create index account_holders on account (membership_id, item_code, entry_on, source_key, account_id)
  include (uai) where holds_seat;

-- ── What was told last, so that it is told again only when its figures change ────────────────────
create table seat_notice (
  membership_id text not null,
  item_code text not null,
  kind text not null check (kind in ('ALLOTTED', 'TOLERATED', 'LOSS_FORESEEN')),
  -- TOLERATED: first day of the overrun. LOSS_FORESEEN: day of the loss. ALLOTTED: ''.
  about text not null,
  figures text not null,
  primary key (membership_id, item_code, kind, about)
);
