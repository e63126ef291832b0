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

-- What C moved by rests on a succession that was carried out (ADH-5, COM-3): its two memberships, its days, its lines.
-- Judged when a transaction ends, whoever writes.
create or replace function refuse_unfounded_succession(of_succession text) returns void language plpgsql as $$
declare
  s succession;
  lost record;
begin
  select * into s from succession where id = of_succession;
  if s.status is distinct from 'CARRIED_OUT' then
    raise exception 'succession % is not carried out: no C moves by it', of_succession using errcode = 'check_violation';
  end if;
  if not exists (
    select 1 from membership p join membership h on h.id = s.successor_membership_id
     where p.id = s.predecessor_membership_id and p.market_code = s.market_code and h.market_code = s.market_code
       and h.organisation_id = s.successor_organisation_id
       and case when s.is_successor_created
                then h.starts_on = s.effective_on and not exists (
                       select 1 from annexe2 a where a.membership_id = h.id and a.verified_by is not null)
                else h.starts_on <= s.effective_on end
  ) then
    raise exception 'succession % is not one of its two memberships', s.id using errcode = 'check_violation';
  end if;
  if exists (
    select 1 from commitment_change x
     where x.succession_id = s.id
       and (x.membership_id <> s.successor_membership_id and (s.kind = 'FULL' or x.membership_id <> s.predecessor_membership_id)
            or x.effective_from < s.effective_on or (s.kind = 'PARTIAL' and x.effective_from <> s.effective_on))
  ) then
    raise exception 'a change of C by succession % is of another membership or day', s.id using errcode = 'check_violation';
  end if;
  select * into lost from succession_not_conserved(s.id) order by on_day, item_code limit 1;
  if found then
    raise exception 'SUCCESSION_NOT_CONSERVED: on % succession % takes % of % (%) and gives %',
      lost.on_day, s.id, lost.gone, lost.item_code, lost.figure, lost.received using errcode = 'check_violation';
  end if;
  if names_orders_of_others(s) then
    raise exception 'succession % names an order that is not its own', s.id using errcode = 'check_violation';
  end if;
  if s.kind = 'PARTIAL' and moves_other_than_its_lines(s) then
    raise exception 'succession % does not move its lines of annex 2', s.id using errcode = 'check_violation';
  end if;
end $$;

-- What moved in O are orders of kind SUCCESSION, of the side that they stand for, each of one succession.
create or replace function names_orders_of_others(s succession) returns boolean language sql stable as $$
  with named as (
    select s.predecessor_order_id as id, s.predecessor_membership_id as membership_id where s.predecessor_order_id is not null
    union all
    select unnest(s.successor_order_ids), s.successor_membership_id
  )
  select exists (select from named n left join purchase_order o on o.id = n.id
                  where o.kind is distinct from 'SUCCESSION' or o.membership_id <> n.membership_id)
      or exists (select from named group by id having count(*) > 1)
      or exists (select from succession other join named n on n.id = other.predecessor_order_id or n.id = any(other.successor_order_ids)
                  where other.id <> s.id)
$$;

-- In part, C moves as the lines of the former member's verified annex 2 say, at least one and each once.
create or replace function moves_other_than_its_lines(s succession) returns boolean language sql stable as $$
  with moved as (
    select l.line, l."itemCode" as item_code, l.quantity
      from jsonb_to_recordset(s.moved_lines) as l (line integer, "itemCode" text, quantity bigint)
  ), others as (
    select (l ->> 'line')::integer as line from succession o, jsonb_array_elements(o.moved_lines) l
     where o.predecessor_membership_id = s.predecessor_membership_id and o.status = 'CARRIED_OUT' and o.id <> s.id
    union all
    select line from moved group by line having count(*) > 1
  ), signed as (
    select l.* from annexe2_line l
     where l.annexe2_id = (select max(a.id) from annexe2 a
                            where a.membership_id = s.predecessor_membership_id and a.verified_by is not null)
  )
  select not exists (select from moved)
      or exists (select from moved m where exists (select from others o where o.line = m.line)
                    or not exists (select from signed l where l.line = m.line and l.item_code = m.item_code
                                      and l.quantity = m.quantity))
      or exists (
           select from (select item_code, quantity as delta from moved
                        union all
                        select item_code, delta from commitment_change
                         where succession_id = s.id and membership_id = s.predecessor_membership_id) both_sides
            group by item_code having sum(delta) <> 0)
$$;

-- As a proposal states it: all that its approval decides.
create or replace function proposed_succession(s succession) returns jsonb language sql stable as $$
  select jsonb_build_object('successionId', s.id, 'groupId', s.group_id, 'kind', s.kind, 'effectiveOn', s.effective_on,
    'predecessorMembershipId', s.predecessor_membership_id, 'successorOrganisationId', s.successor_organisation_id,
    'documentId', s.document_id, 'sha256', (select sha256 from document d where d.id = s.document_id),
    'movedLines', s.moved_lines, 'shares', s.shares, 'schools', to_jsonb(s.schools))
$$;
