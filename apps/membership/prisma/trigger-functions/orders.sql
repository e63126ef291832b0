-- The ledger: a chain, whole orders, and the running state that follows them (ORD-1, ORD-4, ORD-7).

-- An order extends the chain of its membership. The update locks the membership, so that two writers
-- queue, and it makes a writer of an older snapshot fail instead of judging by stale figures. Loading or amending a
-- market waits for the orders under way, by the second lock.
create or replace function purchase_order_extends_the_chain() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $$
declare of_market text;
begin
  if new.kind not in ('INITIAL', 'ORDINARY', 'CORRECTION', 'SUCCESSION') or new.line_count not between 1 and 200
     or new.ledger_position < 1
     or new.hash <> encode(sha256(convert_to(new.previous_hash || new.content, 'UTF8')), 'hex') then
    raise exception 'order % is of no known kind or length, or its hash is not that of its content', new.id using errcode = 'check_violation';
  end if;
  update membership
     set ledger_position = new.ledger_position, ledger_head = new.hash, version = version + 1
   where id = new.membership_id
     and ledger_position = new.ledger_position - 1
     and ledger_head = new.previous_hash
  returning market_code into of_market;
  if of_market is null then
    raise exception 'order % does not extend the ledger of membership %', new.id, new.membership_id using errcode = 'integrity_constraint_violation';
  end if;
  -- An expression, not a statement: it costs no plan.
  if pg_advisory_xact_lock_shared(7272, hashtext(of_market))::text is null then
    return null;
  end if;
  return new;
end $$;

-- An order is written whole, in one transaction: nothing is added to it afterwards, its hash covers it.
create or replace function purchase_order_is_whole() returns trigger language plpgsql as $$
begin
  if (select count(*) from order_line where order_id = new.id) <> new.line_count then
    raise exception 'order % does not have its % lines', new.id, new.line_count using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;

-- The running state follows the lines, and the maximum (ORD-6) is judged on the way. An order of one line, as most
-- have, is judged by the row of its own joins and writes its day once.
create or replace function order_line_moves_ordered_days() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  judged record;
  one record;
begin
  -- An older snapshot than the market's last change fails instead of judging by a maximum that is gone.
  if current_setting('transaction_isolation') <> 'read committed' then
    perform 1 from market_item i where exists (
      select 1 from new_lines n join membership m on m.id = n.membership_id
       where m.market_code = i.market_code and n.item_code = i.item_code) for share;
  end if;
  -- The order was written by this transaction, which holds its membership: a line of an earlier order would be one
  -- too many.
  select (select count(*) from new_lines) as lines, n.membership_id, n.item_code, n.effective_from, n.delta,
         o.id is null or o.membership_id <> n.membership_id or n.line not between 1 and o.line_count as strays,
         n.delta = 0 or n.delta not between -2147483647 and 2147483647 as is_no_change,
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
    if one.is_no_change then
      raise exception 'a line changes nothing, or more than can be counted' using errcode = 'check_violation';
    end if;
    if one.lies_outside then
      raise exception 'a line lies outside its membership or names an unknown item' using errcode = 'integrity_constraint_violation';
    end if;
    -- A day that was not there yet is written with the line; the update sees only those that were.
    with begun as (
      insert into ordered_day (membership_id, item_code, effective_from, ordered)
      select one.membership_id, one.item_code, one.effective_from, one.delta + coalesce((
               select p.ordered from ordered_day p
                where p.membership_id = one.membership_id and p.item_code = one.item_code and p.effective_from < one.effective_from
                order by p.effective_from desc limit 1), 0)
       where not exists (
               select 1 from ordered_day e
                where e.membership_id = one.membership_id and e.item_code = one.item_code and e.effective_from = one.effective_from))
    update ordered_day d set ordered = d.ordered + one.delta
     where d.membership_id = one.membership_id and d.item_code = one.item_code and d.effective_from >= one.effective_from;
    if one.delta > 0 and one.kind <> 'SUCCESSION' then
      if one.member_maximum > 0 then
        perform refuse_above_member_maximum(d.membership_id, d.item_code, d.effective_from, d.ordered, one.member_maximum)
           from ordered_day d
          where d.membership_id = one.membership_id and d.item_code = one.item_code and d.effective_from >= one.effective_from
            and d.ordered > one.member_maximum
          order by d.effective_from limit 1;
      end if;
      if one.group_maximum > 0 and not takes_from_a_share(one.market_code, one.item_code, one.membership_id, one.delta) then
        perform count_against_maximum(one.market_code, one.item_code);
      end if;
    end if;
    return null;
  end if;
  select bool_or(o.id is null or o.membership_id <> n.membership_id or n.line not between 1 and o.line_count) as strays,
         bool_or(n.delta = 0 or n.delta not between -2147483647 and 2147483647) as is_no_change,
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
  if judged.is_no_change then
    raise exception 'a line changes nothing, or more than can be counted' using errcode = 'check_violation';
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
      if one.group_maximum > 0 and not takes_from_a_share(one.market_code, one.item_code, one.membership_id, one.rise::bigint) then
        perform count_against_maximum(one.market_code, one.item_code);
      end if;
    end loop;
  end if;
  return null;
end $$;

-- Nobody writes the running state but the trigger of the lines, nor anything that is no quantity.
create or replace function ordered_day_follows_the_ledger() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() = 1 then
    raise exception 'the days of a ledger follow its lines' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if new.ordered not between 0 and 2147483647 then
    raise exception 'on % membership % would have % of % ordered', new.effective_from, new.membership_id, new.ordered, new.item_code
      using errcode = 'check_violation';
  end if;
  return new;
end $$;

create or replace function order_correction_rests_on_its_document() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from purchase_order o join order_correction c on c.order_id = o.id join document d on d.id = c.document_id
                  where o.id = new.id and o.rests_on -> 0 ->> 'sha256' = d.sha256) then
    raise exception 'correction % does not rest on its document', new.id using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
