-- The most that a decision justifies (PRV-8), in the transaction that records the decision and never again; 0: nothing. A plan:
-- the accounts that its part lets close. The directory: the people of the school, until the import is complete. An order: the
-- seats that its member holds.
create or replace function ent_approval_most(source text, reference text, about text) returns bigint language sql stable as $$
  select case source
    when 'PLAN' then (
      select count(*) from ent_plan_part p join ent_task t using (part_id) join account a using (account_id)
      where p.plan_id = reference::uuid and p.uai = about and p.state in ('RELEASED', 'APPROVED') and platform.is_written_now(p.xmin)
        and t.kind = 'CLOSE' and a.state = 'CLOSING')
    when 'DIRECTORY' then (
      select count(distinct s.person_id) from person_at_school s where s.uai = about and not exists (
        select from import_progress i where i.import_id = reference and i.expected is not null))
    when 'ORDER' then (
      select coalesce(sum(s.held), 0)::bigint from seat_pool s where s.membership_id = about
        and exists (select from order_line l where l.order_id = reference and l.membership_id = about and l.delta < 0)
        and not exists (select from order_line l where l.order_id = reference and not platform.is_written_now(l.xmin)))
    else 0 end
$$;
