-- C may move from a day on, by succession alone (ADH-5, COM-3). What annex 2 says stays as it was
-- signed (table commitment); what moves is a ledger of its own, and C(d) is their sum.
create table commitment_change (
  id bigint generated always as identity primary key,
  membership_id text not null references membership,
  item_code text not null,
  effective_from date not null,
  delta bigint not null check (delta <> 0 and delta between -2147483647 and 2147483647),
  succession_id text not null,
  recorded_on date not null,
  unique (succession_id, membership_id, item_code)
);
create index commitment_change_by_membership on commitment_change (membership_id, item_code, effective_from);

create trigger commitment_change_is_append_only before update or delete on commitment_change
  for each row execute function platform.refuse_change();
create trigger commitment_change_is_never_truncated before truncate on commitment_change
  for each statement execute function platform.refuse_change();

-- A writer of C and a writer of O queue behind the membership's lock.
create function commitment_change_lies_inside() returns trigger language plpgsql as $$
begin
  perform 1 from membership where id = new.membership_id for no key update;
  if not exists (
    select 1 from membership m join market_item i on i.market_code = m.market_code and i.item_code = new.item_code
     where m.id = new.membership_id and m.status in ('ACTIVE', 'ENDED')
       and m.starts_on <= new.effective_from and new.effective_from < m.ends_on
  ) then
    raise exception 'a change of commitment lies outside its membership or names an unknown item' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger commitment_change_lies_inside before insert on commitment_change
  for each row execute function commitment_change_lies_inside();

-- C of an item on a day of the membership.
create function commitment_on(of_membership text, of_item text, on_day date) returns bigint language sql stable as $$
  select coalesce((select quantity from commitment where membership_id = of_membership and item_code = of_item), 0)
       + coalesce((select sum(delta) from commitment_change
                    where membership_id = of_membership and item_code = of_item and effective_from <= on_day), 0)::bigint
$$;

-- As before, with C of the day, and with the days on which C moves.
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

create or replace function order_line_keeps_the_floor() returns trigger language plpgsql as $$
begin
  if exists (select 1 from membership m join market k on k.code = m.market_code
              where m.id = new.membership_id and k.floor_scope = 'TOTAL')
     or exists (select 1 from commitment_change x where x.membership_id = new.membership_id) then
    perform refuse_below_commitment(new.membership_id, new.effective_from);
  elsif exists (
    select 1 from ordered_day d
     where d.membership_id = new.membership_id and d.item_code = new.item_code and d.effective_from >= new.effective_from
       and d.ordered < coalesce((select c.quantity from commitment c
                                  where c.membership_id = new.membership_id and c.item_code = new.item_code), 0)
       and d.effective_from < (select m.ends_on from membership m where m.id = new.membership_id)
  ) then
    perform refuse_below_commitment(new.membership_id, new.effective_from);
  end if;
  return null;
end $$;

-- C is never negative, and O holds it from the first day that moved on.
create function commitment_change_keeps_the_floor() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from commitment_change x
     where x.membership_id = new.membership_id and x.item_code = new.item_code
       and x.effective_from >= new.effective_from
       and commitment_on(x.membership_id, x.item_code, x.effective_from) < 0
  ) then
    raise exception 'COMMITMENT_NEGATIVE: more of % would leave membership % than it is committed to', new.item_code, new.membership_id using errcode = 'check_violation';
  end if;
  perform refuse_below_commitment(new.membership_id, new.effective_from);
  return null;
end $$;
create constraint trigger commitment_change_keeps_the_floor after insert on commitment_change
  deferrable initially deferred for each row execute function commitment_change_keeps_the_floor();

-- C over the life of a membership, as steps: what annex 2 says from the first day on, then what moved.
create function commitment_steps(of_membership text, of_item text, starts_on date) returns jsonb language sql stable as $$
  select jsonb_agg(jsonb_build_object('from', s.effective_from, 'quantity', s.quantity) order by s.effective_from)
    from (
      select distinct on (steps.effective_from) steps.effective_from,
             sum(steps.delta) over (order by steps.effective_from) as quantity
        from (
          select coalesce(starts_on, date '1900-01-01') as effective_from, coalesce((
                   select c.quantity from commitment c
                    where c.membership_id = of_membership and c.item_code = of_item), 0) as delta
          union all
          select x.effective_from, x.delta from commitment_change x
           where x.membership_id = of_membership and x.item_code = of_item) steps) s
$$;

create or replace function ledger_of(of_membership text, since date) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'membershipId', m.id, 'organisationId', m.organisation_id, 'marketCode', m.market_code, 'status', m.status,
    'startsOn', m.starts_on, 'endsOn', m.ends_on, 'version', m.version,
    'ledgerPosition', m.ledger_position, 'ledgerHead', m.ledger_head,
    'floorScope', k.floor_scope, 'decreaseNoticeDays', k.decrease_notice_days,
    'items', (
      select jsonb_agg(jsonb_build_object(
        'itemCode', i.item_code, 'label', i.label,
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

-- An order may also be a member's share in a succession (ADH-5): like the initial one it bears past days.
alter table purchase_order drop constraint purchase_order_kind_check;
alter table purchase_order add constraint purchase_order_kind_check
  check (kind in ('INITIAL', 'ORDINARY', 'CORRECTION', 'SUCCESSION'));
