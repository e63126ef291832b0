-- The floor (ORD-2).

-- Days from `since` on where less is ordered than committed that day, per item (or over all items: floor scope TOTAL).
create or replace function days_below_commitment(of_membership text, since date)
returns table (item_code text, on_day date, ordered bigint, commitment bigint) language sql stable as $$
  with m as (
    select mb.id, mb.market_code, mb.starts_on, mb.ends_on, mk.floor_scope
      from membership mb join market mk on mk.code = mb.market_code where mb.id = of_membership
  ), days as (
    select greatest(since, m.starts_on) as on_day from m
    union
    select d.effective_from from m join ordered_day d on d.membership_id = m.id
     where d.effective_from >= since and d.effective_from < m.ends_on
    union
    select x.effective_from from m join commitment_change x on x.membership_id = m.id
     where x.effective_from >= since and x.effective_from < m.ends_on
  ), figures as (
    select i.item_code, days.on_day, commitment_on(m.id, i.item_code, days.on_day) as commitment, coalesce((
             select d.ordered from ordered_day d
              where d.membership_id = m.id and d.item_code = i.item_code and d.effective_from <= days.on_day
              order by d.effective_from desc limit 1), 0) as ordered
      from m cross join days
      join market_item i on i.market_code = m.market_code
     where days.on_day < m.ends_on
  )
  select f.item_code, f.on_day, f.ordered, f.commitment from figures f, m
   where m.floor_scope = 'ITEM' and f.ordered < f.commitment
  union all
  select '*', f.on_day, sum(f.ordered)::bigint, sum(f.commitment)::bigint from figures f, m
   where m.floor_scope = 'TOTAL' group by f.on_day having sum(f.ordered) < sum(f.commitment)
$$;

create or replace function refuse_below_commitment(of_membership text, since date) returns void language plpgsql as $$
declare below record;
begin
  select * into below from days_below_commitment(of_membership, since) b order by b.on_day, b.item_code limit 1;
  if found then
    raise exception 'BELOW_COMMITMENT: on % the membership % would have % of % ordered, committed %',
      below.on_day, of_membership, below.ordered, below.item_code, below.commitment using errcode = 'check_violation';
  end if;
end $$;
