-- Retention: removes the entries of at most 100 seals that are due, each seal's all at once, and keeps the seals.
-- The owner's, since the service may remove nothing by itself. Returns how many entries are gone.
create or replace function platform.remove_due_entries(of_book text) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  due integer[];
  removed bigint;
begin
  select array_agg(position) into due from (
    select position from platform.seal s
     where s.book = of_book and s.kept_until <= (clock_timestamp() at time zone 'UTC')::date
       and exists (select from platform.sealed_entry e where e.book = s.book and e.seal = s.position)
     order by position limit 100) as seals;
  execute format('delete from %s where id in (select entry from platform.sealed_entry where book = $1 and seal = any($2))',
                 (select entries_table from platform.book where name = of_book))
    using of_book, due;
  get diagnostics removed = row_count;
  delete from platform.sealed_entry where book = of_book and seal = any(due);
  return removed;
end $$;
