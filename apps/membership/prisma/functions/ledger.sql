-- O of an item on a day, as the ledger stands; also where the membership's end has made it void.
create or replace function ordered_on(of_membership text, of_item text, on_day date) returns bigint language sql stable as $$
  select coalesce((select d.ordered from ordered_day d
                    where d.membership_id = of_membership and d.item_code = of_item and d.effective_from <= on_day
                    order by d.effective_from desc limit 1), 0)
$$;

-- What a decision about days >= since depends on; null for an unknown membership. In PL/pgSQL, which keeps its
-- plans: a function in SQL would be planned anew at each call. Commitments that never moved are read without a window.
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
        'commitment', case
          when exists (select 1 from commitment_change x where x.membership_id = m.id and x.item_code = i.item_code)
          then commitment_steps(m.id, i.item_code, m.starts_on)
          else jsonb_build_array(jsonb_build_object(
            'from', coalesce(m.starts_on, date '1900-01-01'),
            'quantity', coalesce((select b.quantity from commitment b where b.membership_id = m.id and b.item_code = i.item_code), 0)))
          end,
        'timeline', coalesce((
          select jsonb_agg(jsonb_build_object('from', d.effective_from, 'quantity', d.ordered) order by d.effective_from)
            from ordered_day d
           where d.membership_id = m.id and d.item_code = i.item_code
             -- From the step before that day on.
             and d.effective_from >= coalesce((
               select max(p.effective_from) from ordered_day p
                where p.membership_id = m.id and p.item_code = i.item_code and p.effective_from < since), since)), '[]'::jsonb)
      ) order by i.position)
      from market_item i where i.market_code = m.market_code))
    into answer from membership m join market k on k.code = m.market_code
   where m.id = of_membership;
  return answer;
end $$;

-- The same behind the membership's lock. A function and not one query, because a query that had to
-- wait for a lock reads the other tables as they were before it waited.
create or replace function ledger_for_update(of_membership text, since date) returns jsonb language plpgsql volatile as $$
declare answer jsonb;
begin
  perform 1 from membership where id = of_membership for no key update;
  answer := ledger_of(of_membership, since);
  return answer;
end $$;
