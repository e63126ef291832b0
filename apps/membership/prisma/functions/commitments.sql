-- C of an item on a day of the membership.
create or replace function commitment_on(of_membership text, of_item text, on_day date) returns bigint language sql stable as $$
  select coalesce((select quantity from commitment where membership_id = of_membership and item_code = of_item), 0)
       + coalesce((select sum(delta) from commitment_change
                    where membership_id = of_membership and item_code = of_item and effective_from <= on_day), 0)::bigint
$$;

-- C over the life of a membership, as steps: what annex 2 says from the first day on, then what moved.
create or replace function commitment_steps(of_membership text, of_item text, starts_on date) returns jsonb language sql stable as $$
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

-- Annex 2 is part of the contract from activation on (COM-3). The lock makes who activates and who verifies queue.
create or replace function refuse_frozen_annexe2(of_membership text) returns void language plpgsql as $$
begin
  perform 1 from membership where id = of_membership for no key update;
  if exists (select 1 from membership where id = of_membership and status in ('ACTIVE', 'ENDED')) then
    raise exception 'ANNEXE2_FROZEN: membership % is in force or ended', of_membership using errcode = 'check_violation';
  end if;
end $$;
