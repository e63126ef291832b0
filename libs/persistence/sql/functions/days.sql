-- The service's day for the rest of the transaction: a day start waits until the transaction ends (MKT-4).
-- An advisory lock instead of FOR SHARE: the row is not written, and a waiting day start is not overtaken for ever.
-- Volatile, so that the day is read after the lock is held.
create or replace function platform.business_date() returns date language plpgsql volatile as $$
declare today date;
begin
  if pg_advisory_xact_lock_shared(7271, 1)::text is not null then
    select day into today from platform.business_day;
  end if;
  if today is null then
    raise exception 'no business day has begun' using errcode = 'EN001';
  end if;
  return today;
end $$;
