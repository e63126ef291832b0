-- The hot path of an order. Plans are kept by PL/pgSQL, where a function in SQL would be planned anew at each call.

create or replace function ledger_of(of_membership text, since date) returns jsonb language plpgsql stable as $$
declare answer jsonb;
begin
  select jsonb_build_object(
    'membershipId', m.id, 'organisationId', m.organisation_id, 'marketCode', m.market_code, 'status', m.status,
    'startsOn', m.starts_on, 'endsOn', m.ends_on, 'version', m.version,
    'ledgerPosition', m.ledger_position, 'ledgerHead', m.ledger_head,
    'floorScope', k.floor_scope, 'decreaseNoticeDays', k.decrease_notice_days,
    'items', (
      select jsonb_agg(jsonb_build_object(
        'itemCode', i.item_code, 'label', i.label,
        'groupMaximum', i.group_maximum, 'memberMaximum', i.member_maximum,
        'groupCredit', case when i.group_maximum > 0 then (
          select sum(s.credit) from maximum_slot s where s.market_code = i.market_code and s.item_code = i.item_code) end,
        -- What annex 2 says from the first day on, then what moved (commitment_steps).
        'commitment', (
          select jsonb_agg(jsonb_build_object('from', c.effective_from, 'quantity', c.quantity) order by c.effective_from)
            from (select distinct on (steps.effective_from) steps.effective_from,
                         sum(steps.delta) over (order by steps.effective_from) as quantity
                    from (select coalesce(m.starts_on, date '1900-01-01') as effective_from, coalesce((
                                   select b.quantity from commitment b
                                    where b.membership_id = m.id and b.item_code = i.item_code), 0) as delta
                          union all
                          select x.effective_from, x.delta from commitment_change x
                           where x.membership_id = m.id and x.item_code = i.item_code) steps) c),
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
    into answer from membership m join market k on k.code = m.market_code
   where m.id = of_membership;
  return answer;
end $$;

-- Only a line that takes away can break the floor that stood before: the others need not be asked.
drop trigger order_line_keeps_the_floor on order_line;
create constraint trigger order_line_keeps_the_floor after insert on order_line
  deferrable initially deferred for each row when (new.delta < 0) execute function order_line_keeps_the_floor();
