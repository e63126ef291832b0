-- Days from the succession's own on, where what left one side is not what the other received (ADH-5).
create or replace function succession_not_conserved(of_succession text)
returns table (item_code text, on_day date, figure text, gone bigint, received bigint) language sql stable as $$
  with s as (select * from succession where id = of_succession),
  moved_orders as (
    select l.membership_id, l.item_code, l.effective_from, l.delta from s, order_line l
     where l.order_id = s.predecessor_order_id or l.order_id = any(s.successor_order_ids)
  ), days as (
    select effective_on as on_day from s
    union select x.effective_from from s join commitment_change x on x.succession_id = s.id
    union select o.effective_from from moved_orders o
    union select d.effective_from from s join ordered_day d on d.membership_id = s.predecessor_membership_id
           where s.kind = 'FULL' and d.effective_from > s.effective_on
             and d.effective_from < (select ends_on from membership m where m.id = s.successor_membership_id)
  ), figures as (
    select i.item_code, days.on_day, 'C' as figure,
           case when s.kind = 'FULL' then commitment_on(s.predecessor_membership_id, i.item_code, days.on_day)
                else -coalesce((select sum(x.delta) from commitment_change x
                                 where x.succession_id = s.id and x.membership_id = s.predecessor_membership_id
                                   and x.item_code = i.item_code and x.effective_from <= days.on_day), 0)::bigint end as gone,
           coalesce((select c.quantity from commitment c where s.is_successor_created
                        and c.membership_id = s.successor_membership_id and c.item_code = i.item_code), 0)
           + coalesce((select sum(x.delta) from commitment_change x
                        where x.succession_id = s.id and x.membership_id = s.successor_membership_id
                          and x.item_code = i.item_code and x.effective_from <= days.on_day), 0)::bigint as received
      from s cross join days join market_item i on i.market_code = s.market_code
    union all
    select i.item_code, days.on_day, 'O',
           case when s.kind = 'FULL' then ordered_on(s.predecessor_membership_id, i.item_code, days.on_day)
                else -coalesce((select sum(o.delta) from moved_orders o
                                 where o.membership_id = s.predecessor_membership_id
                                   and o.item_code = i.item_code and o.effective_from <= days.on_day), 0)::bigint end,
           coalesce((select sum(o.delta) from moved_orders o
                      where o.membership_id = s.successor_membership_id
                        and o.item_code = i.item_code and o.effective_from <= days.on_day), 0)::bigint
      from s cross join days join market_item i on i.market_code = s.market_code
  )
  select f.* from figures f where f.gone <> f.received
$$;
