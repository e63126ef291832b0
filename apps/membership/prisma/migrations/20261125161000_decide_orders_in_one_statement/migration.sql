-- The hot path of an order: read, judge in TypeScript, write what was judged if it still stands. Plans are
-- kept by PL/pgSQL, where a function in SQL would be planned anew at each call.

create or replace function ledger_of(of_membership text, since date) returns jsonb language plpgsql stable as $$
declare answer jsonb;
begin
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

-- Locks the membership and raises EN007 unless the day and the ledger are those that a decision was judged
-- by. Every change of C, of the bounds or of the status raises the version; the terms have a version of their own.
create function require_ledger_as_judged(
  of_membership text, judged_position bigint, judged_head text, judged_version bigint, judged_market_version integer
) returns void language plpgsql as $$
declare stands boolean;
begin
  perform 1 from membership where id = of_membership for no key update;
  select m.ledger_position = judged_position and m.ledger_head = judged_head and m.version = judged_version
         and k.version = judged_market_version
    into stands from membership m join market k on k.code = m.market_code where m.id = of_membership;
  if stands is not true then
    raise exception 'the ledger of membership % has moved since it was judged', of_membership using errcode = 'EN007';
  end if;
end $$;

create function require_day_as_judged(judged_on date) returns void language plpgsql as $$
begin
  if platform.business_date() <> judged_on then
    raise exception 'another day has begun since the order was judged' using errcode = 'EN007';
  end if;
end $$;

-- Signs an order as it was judged, with its answer, event and audit entry: all or nothing. False: the key was
-- answered meanwhile. The locks come in the order of a decision under lock: day, key, membership.
create function sign_order_as_judged(
  of_membership text, judged_on date, judged_position bigint, judged_head text, judged_version bigint, judged_market_version integer,
  of_organisation text, of_key text, of_request text, given_answer jsonb,
  of_order text, of_number text, by_signer text, of_content text, of_hash text,
  of_items text[], on_days date[], of_deltas bigint[],
  audit_details jsonb,
  of_event uuid, to_topic text, of_type text, with_value bytea, in_trace text
) returns boolean language plpgsql as $$
begin
  perform require_day_as_judged(judged_on);
  if not platform.keep_answer(of_organisation, 'SignOrder', of_key, of_request, given_answer, null) then
    return false;
  end if;
  perform require_ledger_as_judged(of_membership, judged_position, judged_head, judged_version, judged_market_version);
  insert into purchase_order (id, membership_id, ledger_position, number, kind, signed_on, signed_by, line_count,
                              content, previous_hash, hash)
  values (of_order, of_membership, judged_position + 1, of_number, 'ORDINARY', judged_on, by_signer, cardinality(of_items),
          of_content, judged_head, of_hash);
  insert into order_line (order_id, line, membership_id, item_code, effective_from, delta)
  select of_order, l.line, of_membership, l.item_code, l.effective_from, l.delta
    from unnest(of_items, on_days, of_deltas) with ordinality as l (item_code, effective_from, delta, line);
  perform platform.add_to_outbox(of_event, to_topic, of_type, of_membership, with_value, null, judged_on, in_trace);
  perform platform.keep_audit_entry(by_signer, 'order.signed', 'membership:' || of_membership, of_order, judged_on, audit_details);
  return true;
end $$;

-- Keeps a refusal as it was judged: no order, no event.
create function refuse_order_as_judged(
  of_membership text, judged_on date, judged_position bigint, judged_head text, judged_version bigint, judged_market_version integer,
  of_organisation text, of_key text, of_request text, given_refusal jsonb, by_actor text, audit_details jsonb
) returns boolean language plpgsql as $$
begin
  perform require_day_as_judged(judged_on);
  if not platform.keep_answer(of_organisation, 'SignOrder', of_key, of_request, null, given_refusal) then
    return false;
  end if;
  perform require_ledger_as_judged(of_membership, judged_position, judged_head, judged_version, judged_market_version);
  perform platform.keep_audit_entry(by_actor, 'order.signed.refused', 'membership:' || of_membership, null, judged_on, audit_details);
  return true;
end $$;

-- Only a line that takes away can break the floor that stood before: the others need not be asked.
drop trigger order_line_keeps_the_floor on order_line;
create constraint trigger order_line_keeps_the_floor after insert on order_line
  deferrable initially deferred for each row when (new.delta < 0) execute function order_line_keeps_the_floor();
