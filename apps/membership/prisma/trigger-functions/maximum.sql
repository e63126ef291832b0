-- On every day the group orders at most so much of an item (ORD-6).

-- First day on which a membership's orders count no more for the group; null while none is certain. A notice
-- may be revoked, so its quantity stays reserved until it has taken effect; a succession counts at once.
create or replace function reserved_until(status text, end_cause text, ends_on date) returns date language sql immutable as $$
  select case when status = 'ENDED' or end_cause = 'SUCCESSION' then ends_on end
$$;

-- Nobody writes the shares but the triggers of orders, markets and memberships; nobody takes more than a share has.
create or replace function maximum_slot_follows_the_ledger() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() = 1 then
    raise exception 'the shares of a maximum follow the ledgers' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if new.slot not between 0 and 15 or new.credit < 0 then
    raise exception 'share % of % in market % would have %', new.slot, new.item_code, new.market_code, new.credit
      using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- Loading or amending a market waits for the orders under way: each holds this lock, shared, until its end.
create or replace function market_item_bounds_the_orders() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $$
declare above record;
begin
  -- It counts what is committed now, not what was when its transaction began.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'a maximum is set in a READ COMMITTED transaction' using errcode = 'feature_not_supported';
  end if;
  perform pg_advisory_xact_lock(7272, hashtext(new.market_code));
  -- One that is raised refuses nobody, also not who is above it by a succession.
  if new.member_maximum > 0 and (tg_op = 'INSERT' or old.member_maximum not between 1 and new.member_maximum) then
    select d.* into above from membership m join ordered_day d on d.membership_id = m.id and d.item_code = new.item_code
     where m.market_code = new.market_code and d.ordered > new.member_maximum
       and (reserved_until(m.status, m.end_cause, m.ends_on) is null
            or d.effective_from < reserved_until(m.status, m.end_cause, m.ends_on))
     order by d.effective_from, d.membership_id limit 1;
    if found then
      raise exception 'ABOVE_MAXIMUM: on % membership % has % of % ordered, above a maximum of %',
        above.effective_from, above.membership_id, above.ordered, new.item_code, new.member_maximum
        using errcode = 'check_violation', constraint = 'member_keeps_its_maximum',
              detail = json_build_object('itemCode', new.item_code, 'label', new.label, 'firstDay', above.effective_from,
                'maximum', new.member_maximum, 'wouldBe', above.ordered)::text;
    end if;
  end if;
  if new.group_maximum = 0 then
    delete from maximum_slot where market_code = new.market_code and item_code = new.item_code;
  else
    insert into maximum_slot (market_code, item_code, slot, credit)
    select new.market_code, new.item_code, slot, 0 from generate_series(0, 15) slot on conflict do nothing;
    perform count_against_maximum(new.market_code, new.item_code);
  end if;
  return null;
end $$;

-- An end that moves back frees nothing until the next count; one that moves on takes again what it had left.
create or replace function membership_takes_its_share_again() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(7272, hashtext(new.market_code));
  perform count_against_maximum(new.market_code, i.item_code)
     from market_item i where i.market_code = new.market_code and i.group_maximum > 0 order by i.item_code;
  return null;
end $$;

-- A succession takes no share since it moves what is counted already; one that added would be found here.
create or replace function succession_keeps_the_maximum() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform count_against_maximum(m.market_code, i.item_code)
     from membership m join market_item i on i.market_code = m.market_code and i.group_maximum > 0
    where m.id = new.membership_id order by i.item_code;
  return null;
end $$;
