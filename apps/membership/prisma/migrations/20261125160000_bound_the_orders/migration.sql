-- The maximum (ORD-6): on every day the group orders at most so much of an item, and a member too where
-- the market says so. And what a correction rests on (ORD-4).
alter table market_item
  -- 0: none.
  add column group_maximum bigint not null default 0 check (group_maximum between 0 and 2147483647),
  add column member_maximum bigint not null default 0 check (member_maximum between 0 and 2147483647);

-- What may still be added to the group's peak without counting it, in shares, so that orders do not wait
-- for one row. Always: the peak when the shares were granted + what was taken since + what is left <= maximum.
-- An increase takes the most that it adds on any day; a decrease gives nothing back until the next count.
create table maximum_slot (
  market_code text not null,
  item_code text not null,
  slot integer not null check (slot between 0 and 15),
  credit bigint not null check (credit >= 0),
  primary key (market_code, item_code, slot),
  foreign key (market_code, item_code) references market_item on delete cascade
) with (fillfactor = 50);
-- Nobody writes the shares but the triggers of orders, markets and memberships.
create trigger maximum_slot_follows_the_ledger before insert or update or delete on maximum_slot
  for each row when (pg_trigger_depth() = 0) execute function platform.refuse_change();
create trigger maximum_slot_is_never_truncated before truncate on maximum_slot
  for each statement execute function platform.refuse_change();

-- First day on which a membership's orders count no more for the group; null while none is certain. A notice
-- may be revoked, so its quantity stays reserved until it has taken effect; a succession counts at once.
create function reserved_until(status text, end_cause text, ends_on date) returns date language sql immutable as $$
  select case when status = 'ENDED' or end_cause = 'SUCCESSION' then ends_on end
$$;

-- The sum of O over the memberships of a market, a step per day on which it changes. Counted from the ledgers.
create function group_ordered(of_market text, of_item text)
returns table (effective_from date, ordered bigint) language sql stable as $$
  with steps as (
    select d.membership_id, d.effective_from, reserved_until(m.status, m.end_cause, m.ends_on) as until,
           d.ordered - lag(d.ordered, 1, 0::bigint) over (partition by d.membership_id order by d.effective_from) as delta
      from membership m join ordered_day d on d.membership_id = m.id and d.item_code = of_item
     where m.market_code = of_market
  ), changes as (
    select s.effective_from, s.delta from steps s where s.until is null or s.effective_from < s.until
    union all
    select s.until, -sum(s.delta) from steps s where s.effective_from < s.until group by s.membership_id, s.until
  )
  select c.effective_from, (sum(sum(c.delta)) over (order by c.effective_from))::bigint from changes c
   group by c.effective_from order by c.effective_from
$$;

-- Counts exactly and grants what is left anew, or refuses. Who increases holds a share's row until its end,
-- so that behind all of these rows every increase is seen or gone; a decrease under way only lowers.
create function count_against_maximum(of_market text, of_item text) returns void language plpgsql as $$
declare
  maximum bigint;
  item_label text;
  peak record;
  room bigint;
begin
  perform 1 from maximum_slot where market_code = of_market and item_code = of_item order by slot for update;
  if not found then return; end if;
  select group_maximum, label into maximum, item_label from market_item where market_code = of_market and item_code = of_item;
  select coalesce(max(g.ordered), 0) as ordered, min(g.effective_from) filter (where g.ordered > maximum) as first_day
    into peak from group_ordered(of_market, of_item) g;
  if peak.ordered > maximum then
    raise exception 'ABOVE_MAXIMUM: the group would have up to % of % ordered, first too many on %, maximum %',
      peak.ordered, of_item, peak.first_day, maximum
      using errcode = 'check_violation', constraint = 'group_keeps_its_maximum',
            detail = json_build_object('itemCode', of_item, 'label', item_label, 'firstDay', peak.first_day, 'maximum', maximum,
              'wouldBe', (select g.ordered from group_ordered(of_market, of_item) g where g.effective_from = peak.first_day))::text;
  end if;
  room := maximum - peak.ordered;
  update maximum_slot set credit = room / 16 + case when slot < room % 16 then 1 else 0 end
   where market_code = of_market and item_code = of_item;
end $$;

-- Takes an increase, already in the running state, from the share of a slot: from one that nobody holds, else
-- from the membership's own; else it counts.
create function take_from_maximum(of_market text, of_item text, of_membership text, rise bigint) returns void language plpgsql as $$
declare own integer := hashtext(of_membership) & 15;
begin
  update maximum_slot s set credit = s.credit - rise
   where s.market_code = of_market and s.item_code = of_item and s.slot = (
     select f.slot from maximum_slot f
      where f.market_code = of_market and f.item_code = of_item and f.credit >= rise
      order by (f.slot - own) & 15 limit 1 for no key update skip locked);
  if found then return; end if;
  update maximum_slot s set credit = s.credit - rise
   where s.market_code = of_market and s.item_code = of_item and s.slot = own and s.credit >= rise;
  if found then return; end if;
  perform count_against_maximum(of_market, of_item);
end $$;

-- Loading or amending a market waits for the orders under way: each holds this lock, shared, until its end.
create function market_item_bounds_the_orders() returns trigger language plpgsql as $$
declare above record;
begin
  -- It counts what is committed now, not what was when its transaction began.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'a maximum is set in a READ COMMITTED transaction' using errcode = 'feature_not_supported';
  end if;
  perform pg_advisory_xact_lock(7272, hashtext(new.market_code));
  if new.member_maximum > 0 then
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
create trigger market_item_brings_its_maximum after insert on market_item
  for each row when (new.group_maximum > 0 or new.member_maximum > 0) execute function market_item_bounds_the_orders();
create trigger market_item_changes_its_maximum after update on market_item
  for each row when ((old.group_maximum, old.member_maximum) is distinct from (new.group_maximum, new.member_maximum))
  execute function market_item_bounds_the_orders();

-- An end that moves back frees nothing until the next count; one that moves on takes again what it had left.
create function membership_takes_its_share_again() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(7272, hashtext(new.market_code));
  perform count_against_maximum(new.market_code, i.item_code)
     from market_item i where i.market_code = new.market_code and i.group_maximum > 0 order by i.item_code;
  return null;
end $$;
create trigger membership_takes_its_share_again after update of status, ends_on, end_cause on membership
  for each row when (
    coalesce(reserved_until(new.status, new.end_cause, new.ends_on), 'infinity')
      > coalesce(reserved_until(old.status, old.end_cause, old.ends_on), 'infinity'))
  execute function membership_takes_its_share_again();

-- As before, with the maximum. One line, as most orders have, goes without joins.
create or replace function order_line_moves_ordered_days() returns trigger language plpgsql as $$
declare
  judged record;
  one record;
begin
  -- Also for lines that come without an order of their own transaction: lock before reading.
  perform pg_advisory_xact_lock_shared(7272, hashtext(m.market_code)) from membership m
    where m.id in (select n.membership_id from new_lines n) order by m.id for no key update;
  -- An older snapshot than the market's last change fails instead of judging by a maximum that is gone.
  if current_setting('transaction_isolation') <> 'read committed' then
    perform 1 from market_item i where exists (
      select 1 from new_lines n join membership m on m.id = n.membership_id
       where m.market_code = i.market_code and n.item_code = i.item_code) for share;
  end if;
  select count(*) as lines,
         bool_or(o.membership_id <> n.membership_id or n.line > o.line_count) as strays,
         bool_or(m.starts_on is null or n.effective_from < m.starts_on or n.effective_from >= m.ends_on
                 or i.item_code is null) as lies_outside,
         bool_or(n.delta > 0 and (i.group_maximum > 0 or i.member_maximum > 0)
                 and o.kind <> 'SUCCESSION') as is_bounded
    into judged
    from new_lines n
    left join purchase_order o on o.id = n.order_id
    left join membership m on m.id = n.membership_id
    left join market_item i on i.market_code = m.market_code and i.item_code = n.item_code;
  if judged.strays then
    raise exception 'a line does not belong to its order' using errcode = 'integrity_constraint_violation';
  end if;
  if judged.lies_outside then
    raise exception 'a line lies outside its membership or names an unknown item' using errcode = 'integrity_constraint_violation';
  end if;
  if judged.lines = 1 then
    select * into one from new_lines;
    insert into ordered_day (membership_id, item_code, effective_from, ordered)
    values (one.membership_id, one.item_code, one.effective_from, coalesce((
             select p.ordered from ordered_day p
              where p.membership_id = one.membership_id and p.item_code = one.item_code and p.effective_from < one.effective_from
              order by p.effective_from desc limit 1), 0))
    on conflict do nothing;
    update ordered_day d set ordered = d.ordered + one.delta
     where d.membership_id = one.membership_id and d.item_code = one.item_code and d.effective_from >= one.effective_from;
  else
    insert into ordered_day (membership_id, item_code, effective_from, ordered)
    select n.membership_id, n.item_code, n.effective_from, coalesce((
             select p.ordered from ordered_day p
              where p.membership_id = n.membership_id and p.item_code = n.item_code and p.effective_from < n.effective_from
              order by p.effective_from desc limit 1), 0)
      from (select distinct membership_id, item_code, effective_from from new_lines) n
    on conflict do nothing;
    update ordered_day d set ordered = d.ordered + s.delta
      from (select d2.membership_id, d2.item_code, d2.effective_from, sum(n.delta) as delta
              from new_lines n join ordered_day d2
                on d2.membership_id = n.membership_id and d2.item_code = n.item_code and d2.effective_from >= n.effective_from
             group by 1, 2, 3) s
     where d.membership_id = s.membership_id and d.item_code = s.item_code and d.effective_from = s.effective_from;
  end if;
  if judged.is_bounded then
    for one in
      select r.market_code, r.item_code, r.membership_id, r.group_maximum, r.member_maximum,
             max(r.total) as rise, min(r.effective_from) filter (where r.total > 0) as since
        from (select m.market_code, n.item_code, n.membership_id, i.group_maximum, i.member_maximum, n.effective_from,
                     sum(n.delta) over (partition by n.membership_id, n.item_code order by n.effective_from) as total
                from new_lines n
                join purchase_order o on o.id = n.order_id and o.kind <> 'SUCCESSION'
                join membership m on m.id = n.membership_id
                join market_item i on i.market_code = m.market_code and i.item_code = n.item_code
               where i.group_maximum > 0 or i.member_maximum > 0) r
       group by 1, 2, 3, 4, 5 having max(r.total) > 0 order by 1, 2, 3
    loop
      if one.member_maximum > 0 then
        perform refuse_above_member_maximum(d.membership_id, d.item_code, d.effective_from, d.ordered, one.member_maximum)
           from ordered_day d
          where d.membership_id = one.membership_id and d.item_code = one.item_code and d.effective_from >= one.since
            and d.ordered > one.member_maximum
            and (select sum(n.delta) from new_lines n
                  where n.membership_id = d.membership_id and n.item_code = d.item_code
                    and n.effective_from <= d.effective_from) > 0
          order by d.effective_from limit 1;
      end if;
      if one.group_maximum > 0 then
        perform take_from_maximum(one.market_code, one.item_code, one.membership_id, one.rise::bigint);
      end if;
    end loop;
  end if;
  return null;
end $$;

create function refuse_above_member_maximum(of_membership text, of_item text, on_day date, ordered bigint, maximum bigint)
returns void language plpgsql as $$
begin
  raise exception 'ABOVE_MAXIMUM: on % membership % would have % of % ordered, maximum %',
    on_day, of_membership, ordered, of_item, maximum
    using errcode = 'check_violation', constraint = 'member_keeps_its_maximum',
          detail = json_build_object('itemCode', of_item, 'firstDay', on_day, 'maximum', maximum, 'wouldBe', ordered,
            'label', (select i.label from membership m join market_item i on i.market_code = m.market_code and i.item_code = of_item
                       where m.id = of_membership))::text;
end $$;

-- A succession takes no share since it moves what is counted already; one that added would be found here.
create function succession_keeps_the_maximum() returns trigger language plpgsql as $$
begin
  perform count_against_maximum(m.market_code, i.item_code)
     from membership m join market_item i on i.market_code = m.market_code and i.group_maximum > 0
    where m.id = new.membership_id order by i.item_code;
  return null;
end $$;
create constraint trigger succession_keeps_the_maximum after insert on purchase_order
  deferrable initially deferred for each row when (new.kind = 'SUCCESSION') execute function succession_keeps_the_maximum();

-- As before, with the maximum and what is left of the group's at least; and with what the figures rest on,
-- so that whoever judged them can tell whether they still stand.
create or replace function ledger_of(of_membership text, since date) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'membershipId', m.id, 'organisationId', m.organisation_id, 'marketCode', m.market_code, 'status', m.status,
    'startsOn', m.starts_on, 'endsOn', m.ends_on, 'version', m.version,
    'ledgerPosition', m.ledger_position, 'ledgerHead', m.ledger_head,
    'floorScope', k.floor_scope, 'decreaseNoticeDays', k.decrease_notice_days, 'marketVersion', k.version,
    'items', (
      select jsonb_agg(jsonb_build_object(
        'itemCode', i.item_code, 'label', i.label,
        'groupMaximum', i.group_maximum, 'memberMaximum', i.member_maximum,
        'groupCredit', case when i.group_maximum > 0 then (
          select sum(s.credit) from maximum_slot s where s.market_code = i.market_code and s.item_code = i.item_code) end,
        'commitment', commitment_steps(m.id, i.item_code, m.starts_on),
        'timeline', coalesce((
          select jsonb_agg(jsonb_build_object('from', t.effective_from, 'quantity', t.ordered) order by t.effective_from)
            from ((select d.effective_from, d.ordered from ordered_day d
                    where d.membership_id = m.id and d.item_code = i.item_code and d.effective_from < since
                    order by d.effective_from desc limit 1)
                  union all
                  select d.effective_from, d.ordered from ordered_day d
                   where d.membership_id = m.id and d.item_code = i.item_code and d.effective_from >= since) t), '[]'::jsonb)
      ) order by i.position)
      from market_item i where i.market_code = m.market_code))
    from membership m join market k on k.code = m.market_code
   where m.id = of_membership
$$;

-- The terms of markets that are there already.
update market_item i
   set group_maximum = coalesce((t.item ->> 'groupMaximum')::bigint, 0),
       member_maximum = coalesce((t.item ->> 'memberMaximum')::bigint, 0)
  from market k cross join lateral jsonb_array_elements(k.terms -> 'items') as t (item)
 where k.code = i.market_code and t.item ->> 'code' = i.item_code;

-- ---------------------------------------------------------------- corrections (ORD-4)
-- Why the past was changed, and the document in which the member's orderer and the supplier agree; its
-- digest stands in the order itself (rests_on), which the chain covers.
create table order_correction (
  order_id text primary key references purchase_order,
  reason text not null check (reason in ('ENTRY_ERROR', 'HEADCOUNT_ERROR', 'SCHOOL_CHANGE', 'EXECUTION_AGREEMENT')),
  document_id text not null references document
);
create trigger order_correction_is_append_only before update or delete on order_correction
  for each row execute function platform.refuse_change();
create trigger order_correction_is_never_truncated before truncate on order_correction
  for each statement execute function platform.refuse_change();

create function order_correction_rests_on_its_document() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from purchase_order o join order_correction c on c.order_id = o.id join document d on d.id = c.document_id
                  where o.id = new.id and o.rests_on -> 0 ->> 'sha256' = d.sha256) then
    raise exception 'correction % does not rest on its document', new.id using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create constraint trigger order_correction_rests_on_its_document after insert on purchase_order
  deferrable initially deferred for each row when (new.kind = 'CORRECTION')
  execute function order_correction_rests_on_its_document();
