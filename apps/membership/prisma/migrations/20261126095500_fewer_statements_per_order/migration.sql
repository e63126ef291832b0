-- The hot path of an order, with fewer statements: an order of one line, as most have, is judged by the row of its
-- own joins and writes its day once; commitments that never moved are read without a window. Same effects, same
-- refusals.
create or replace function order_line_moves_ordered_days() returns trigger language plpgsql as $$
declare
  judged record;
  one record;
  changed_from date;
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
  select count(*) over () as lines, n.membership_id, n.item_code, n.effective_from, n.delta,
         o.membership_id <> n.membership_id or n.line > o.line_count as strays,
         m.starts_on is null or n.effective_from < m.starts_on or n.effective_from >= m.ends_on
           or i.item_code is null as lies_outside,
         o.kind, m.market_code, i.group_maximum, i.member_maximum
    into one
    from new_lines n
    left join purchase_order o on o.id = n.order_id
    left join membership m on m.id = n.membership_id
    left join market_item i on i.market_code = m.market_code and i.item_code = n.item_code
   limit 1;
  if one.lines = 1 then
    if one.strays then
      raise exception 'a line does not belong to its order' using errcode = 'integrity_constraint_violation';
    end if;
    if one.lies_outside then
      raise exception 'a line lies outside its membership or names an unknown item' using errcode = 'integrity_constraint_violation';
    end if;
    insert into ordered_day (membership_id, item_code, effective_from, ordered)
    select one.membership_id, one.item_code, one.effective_from, one.delta + coalesce((
             select p.ordered from ordered_day p
              where p.membership_id = one.membership_id and p.item_code = one.item_code and p.effective_from < one.effective_from
              order by p.effective_from desc limit 1), 0)
     where not exists (
             select 1 from ordered_day e
              where e.membership_id = one.membership_id and e.item_code = one.item_code and e.effective_from = one.effective_from);
    -- A day that was not there yet holds the line already.
    changed_from := one.effective_from + case when found then 1 else 0 end;
    update ordered_day d set ordered = d.ordered + one.delta
     where d.membership_id = one.membership_id and d.item_code = one.item_code and d.effective_from >= changed_from;
    if one.delta > 0 and one.kind <> 'SUCCESSION' then
      if one.member_maximum > 0 then
        perform refuse_above_member_maximum(d.membership_id, d.item_code, d.effective_from, d.ordered, one.member_maximum)
           from ordered_day d
          where d.membership_id = one.membership_id and d.item_code = one.item_code and d.effective_from >= one.effective_from
            and d.ordered > one.member_maximum
          order by d.effective_from limit 1;
      end if;
      if one.group_maximum > 0 then
        perform take_from_maximum(one.market_code, one.item_code, one.membership_id, one.delta);
      end if;
    end if;
    return null;
  end if;
  select bool_or(o.membership_id <> n.membership_id or n.line > o.line_count) as strays,
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
