create or replace function market_is_in_force(of_market text) returns boolean language sql volatile as $$
  select exists (select 1 from membership where market_code = of_market and status in ('ACTIVE', 'ENDED'))
$$;

-- What orders are judged by stands in columns; each says what the terms say, so that it changes with them alone (MKT-6,
-- ORD-6): the floor scope, the notice of a decrease, the items with their maxima.
create or replace function refuse_columns_beside_terms(of_market text) returns void language plpgsql as $$
declare other record;
begin
  select k.code into other from market k
   where k.code = of_market
     and (k.floor_scope, k.decrease_notice_days) is distinct from (k.terms ->> 'floorScope', (k.terms ->> 'decreaseNoticeDays')::integer)
  union all
  select coalesce(i.item_code, t.item ->> 'code')
    from (select * from market_item where market_code = of_market) i
    full join (select e.* from market k, jsonb_array_elements(k.terms -> 'items') with ordinality e (item, position)
                where k.code = of_market) t
      on t.item ->> 'code' = i.item_code
   where (i.label, i.position, i.group_maximum, i.member_maximum) is distinct from
         (t.item ->> 'label', t.position::integer, (t.item ->> 'groupMaximum')::bigint, coalesce((t.item ->> 'memberMaximum')::bigint, 0))
  limit 1;
  if found then
    raise exception 'the terms of market % do not say what stands beside them of %', of_market, other.code using errcode = 'check_violation';
  end if;
end $$;
