-- Sets foreign records of one partition aside. A partition has at most 100 rows that nobody has acknowledged: the newest
-- takes what comes beyond, so that a stranger fills no disk. Returns the number of new rows.
create or replace function platform.set_foreign_aside(of_topic text, of_partition integer, firsts bigint[], lasts bigint[],
  counts integer[], faults text[], types text[]) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  room integer;
  made integer;
begin
  select 100 - count(*) into room from platform.foreign_record
   where topic = of_topic and partition = of_partition and acknowledged_at is null;
  insert into platform.foreign_record (topic, partition, first_offset, last_offset, records, fault, type)
  select of_topic, of_partition, each.first, each.last, each.records, each.fault, each.type
    from unnest(firsts, lasts, counts, faults, types) with ordinality as each (first, last, records, fault, type, n)
   where n <= room order by n;
  get diagnostics made = row_count;
  update platform.foreign_record f
     set first_offset = least(f.first_offset, rest.first), last_offset = greatest(f.last_offset, rest.last),
         records = least(f.records + rest.records, 2147483647), fault = case when rest.faults = array[f.fault] then f.fault else 'MIXED' end,
         type = null
    from (select min(first) as first, max(last) as last, sum(records) as records, array_agg(distinct fault) as faults
            from unnest(firsts, lasts, counts, faults) with ordinality as each (first, last, records, fault, n) where n > room) as rest
   where rest.records > 0 and f.id = (select max(id) from platform.foreign_record
                                       where topic = of_topic and partition = of_partition and acknowledged_at is null);
  return made;
end $$;
