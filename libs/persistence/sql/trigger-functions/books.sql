create or replace function platform.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of %.% are never changed or removed', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end $$;

-- What only the triggers of other rows write. Asked here and not in the trigger's condition, which PostgreSQL would read
-- anew for each statement.
create or replace function platform.refuse_direct_change() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() = 1 then
    raise exception 'rows of %.% are changed by others alone', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
