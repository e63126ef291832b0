-- The maximum (ORD-6).

-- The sum of O over the memberships of a market, a step per day on which it changes. Counted from the ledgers.
create or replace function group_ordered(of_market text, of_item text)
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
create or replace function count_against_maximum(of_market text, of_item text) returns void language plpgsql as $$
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
-- from the membership's own. False: it must be counted.
create or replace function takes_from_a_share(of_market text, of_item text, of_membership text, rise bigint) returns boolean language plpgsql as $$
declare own integer := hashtext(of_membership) & 15;
begin
  update maximum_slot s set credit = s.credit - rise
   where s.market_code = of_market and s.item_code = of_item and s.slot = (
     select f.slot from maximum_slot f
      where f.market_code = of_market and f.item_code = of_item and f.credit >= rise
      order by (f.slot - own) & 15 limit 1 for no key update skip locked);
  if found then return true; end if;
  update maximum_slot s set credit = s.credit - rise
   where s.market_code = of_market and s.item_code = of_item and s.slot = own and s.credit >= rise;
  return found;
end $$;

create or replace function refuse_above_member_maximum(of_membership text, of_item text, on_day date, ordered bigint, maximum bigint)
returns void language plpgsql as $$
begin
  raise exception 'ABOVE_MAXIMUM: on % membership % would have % of % ordered, maximum %',
    on_day, of_membership, ordered, of_item, maximum
    using errcode = 'check_violation', constraint = 'member_keeps_its_maximum',
          detail = json_build_object('itemCode', of_item, 'firstDay', on_day, 'maximum', maximum, 'wouldBe', ordered,
            'label', (select i.label from membership m join market_item i on i.market_code = m.market_code and i.item_code = of_item
                       where m.id = of_membership))::text;
end $$;
