-- An entry of a book goes once its seal is due, and never young, whatever a seal says that the service wrote itself.
-- Of the table of sealed entries there is no argument: the row names its book.
create or replace function platform.keep_until_due() returns trigger language plpgsql as $$
declare
  removed jsonb := to_jsonb(old);
begin
  if (removed ->> 'recorded_at')::timestamptz > clock_timestamp() - interval '180 days' or not exists (
    select from platform.sealed_entry e join platform.seal s on s.book = e.book and s.position = e.seal
     where e.book = coalesce(tg_argv[0], removed ->> 'book')
       and e.entry = coalesce(removed ->> 'entry', removed ->> 'id')::bigint
       and s.kept_until <= (clock_timestamp() at time zone 'UTC')::date) then
    raise exception 'rows of %.% are never changed, and removed only once their seal is due', tg_table_schema, tg_table_name
      using errcode = 'restrict_violation';
  end if;
  return old;
end $$;
