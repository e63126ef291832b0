-- Whether the transaction under way wrote a row, behind a savepoint too: a row that is seen before its transaction has ended is
-- one's own. The nearest full number, since a row bears the lower half alone.
create or replace function platform.is_written_now(row_xmin xid) returns boolean language sql stable as $$
  select pg_xact_status((c.own + (row_xmin::text::bigint - c.own % 4294967296 + 6442450944) % 4294967296 - 2147483648)::text::xid8) = 'in progress'
  from (select pg_current_xact_id()::text::bigint as own) as c
$$;
