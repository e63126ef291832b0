-- Succession (ADH-5): a plan of the coordinator, carried out on its day, and what it moved, conserved.

-- A succession may move C on several days: in full, what earlier ones had moved from later days on.
alter table commitment_change drop constraint commitment_change_succession_id_membership_id_item_code_key;
alter table commitment_change add constraint commitment_change_is_one_step
  unique (succession_id, membership_id, item_code, effective_from);

create table succession (
  id text primary key,
  -- Plans of one command with the same successor and day: all of them or none.
  group_id text not null,
  market_code text not null references market,
  kind text not null check (kind in ('FULL', 'PARTIAL')),
  -- First day under the successor; may be past.
  effective_on date not null,
  predecessor_membership_id text not null references membership,
  successor_organisation_id text not null references organisation,
  document jsonb not null,
  -- PARTIAL: the lines of annex 2 that move, as they stood, and what is wished per item.
  moved_lines jsonb not null default '[]',
  shares jsonb not null default '[]',
  -- PARTIAL: UAI of the schools that pass; FULL: all of them, whatever stands here.
  schools text[] not null default '{}',
  planned_by text not null,
  planned_on date not null,
  status text not null default 'PLANNED' check (status in ('PLANNED', 'CARRIED_OUT', 'CANCELLED', 'BLOCKED')),
  -- Day on which it left PLANNED, and why where it was cancelled or blocked.
  decided_on date,
  reason_code text,
  reason text,
  successor_membership_id text references membership,
  -- The succession made the successor a member: its annex 2 is what moved.
  is_successor_created boolean not null default false,
  predecessor_order_id text references purchase_order,
  successor_order_ids text[] not null default '{}',
  schools_moved text[] not null default '{}',
  check ((status = 'PLANNED') = (decided_on is null)),
  check ((status = 'CARRIED_OUT') = (successor_membership_id is not null)),
  check (status not in ('CANCELLED', 'BLOCKED') or reason <> ''),
  check (successor_membership_id <> predecessor_membership_id),
  check (kind = 'PARTIAL' or moved_lines = '[]')
);
create index succession_falls_due on succession (effective_on, group_id) where status = 'PLANNED';
create index succession_by_market on succession (market_code, effective_on desc, id desc);
create index succession_by_predecessor on succession (predecessor_membership_id);
create index succession_by_successor on succession (successor_organisation_id);
-- A member passes whole once.
create unique index succession_in_full_is_the_only_one on succession (predecessor_membership_id)
  where kind = 'FULL' and status in ('PLANNED', 'CARRIED_OUT');

create trigger succession_is_never_deleted before delete on succession
  for each row execute function platform.refuse_change();
create trigger succession_is_never_truncated before truncate on succession
  for each statement execute function platform.refuse_change();

-- A plan does not change, it is decided once.
create function succession_is_decided_once() returns trigger language plpgsql as $$
begin
  if old.status <> 'PLANNED' or new.status = 'PLANNED'
     or (new.id, new.group_id, new.market_code, new.kind, new.effective_on, new.predecessor_membership_id,
         new.successor_organisation_id, new.document, new.moved_lines, new.shares, new.schools, new.planned_by, new.planned_on)
        is distinct from
        (old.id, old.group_id, old.market_code, old.kind, old.effective_on, old.predecessor_membership_id,
         old.successor_organisation_id, old.document, old.moved_lines, old.shares, old.schools, old.planned_by, old.planned_on)
  then
    raise exception 'succession % is decided once and does not change', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger succession_is_decided_once before update on succession
  for each row execute function succession_is_decided_once();

-- O of an item on a day, as the ledger stands; also where the membership's end has made it void.
create function ordered_on(of_membership text, of_item text, on_day date) returns bigint language sql stable as $$
  select coalesce((select d.ordered from ordered_day d
                    where d.membership_id = of_membership and d.item_code = of_item and d.effective_from <= on_day
                    order by d.effective_from desc limit 1), 0)
$$;

-- Days from the succession's own on, where what left one side is not what the other received (ADH-5).
create function succession_not_conserved(of_succession text)
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

-- Judged when the transaction ends, whoever writes: C and O are conserved per item on every day, and in
-- full the former membership ends on that day.
create function succession_conserves() returns trigger language plpgsql as $$
declare lost record;
begin
  if new.status <> 'CARRIED_OUT' then
    return null;
  end if;
  select * into lost from succession_not_conserved(new.id) order by on_day, item_code limit 1;
  if found then
    raise exception 'SUCCESSION_NOT_CONSERVED: on % succession % takes % of % (%) and gives %',
      lost.on_day, new.id, lost.gone, lost.item_code, lost.figure, lost.received using errcode = 'check_violation';
  end if;
  if new.kind = 'FULL' and not exists (
    select 1 from membership m where m.id = new.predecessor_membership_id and m.status = 'ENDED'
       and m.ends_on = new.effective_on and m.end_cause = 'SUCCESSION'
  ) then
    raise exception 'succession % leaves the former membership in force', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger succession_conserves after insert or update of status on succession
  deferrable initially deferred for each row execute function succession_conserves();

-- An end by succession is that of one carried out.
create function membership_end_rests_on_succession() returns trigger language plpgsql as $$
begin
  if new.end_cause = 'SUCCESSION' and not exists (
    select 1 from succession s where s.predecessor_membership_id = new.id and s.kind = 'FULL'
       and s.status = 'CARRIED_OUT' and s.effective_on = new.ends_on
  ) then
    raise exception 'the end of membership % by succession on % rests on nothing', new.id, new.ends_on
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger membership_end_rests_on_succession after insert or update of ends_on, end_cause on membership
  deferrable initially deferred for each row execute function membership_end_rests_on_succession();
