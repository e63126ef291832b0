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

-- The role's one way to move its day: it has no right on the table (MKT-4).
create or replace function platform.begin_day(next date) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  reached date;
  today date := (clock_timestamp() at time zone 'Europe/Paris')::date;
begin
  if next is null then
    raise exception 'a day has a date' using errcode = 'not_null_violation';
  end if;
  perform pg_advisory_xact_lock(7271, 1);
  select day into reached from platform.business_day;
  if (select mode from platform.calendar_mode) is distinct from 'player' then
    if next > today then
      raise exception '% lies after today in Paris, %', next, today using errcode = 'EN002';
    end if;
    if next > reached + 7 and not exists (
      select from platform.day_order o where reached between o.stood_on and o.until_on and next <= o.until_on
    ) then
      raise exception '% is more than seven days after %, and no order names these days', next, reached using errcode = 'EN002';
    end if;
  end if;
  update platform.business_day set day = next;
end $$;

-- Records the written order for the days after the one at which the service stands: for no others.
create or replace function platform.order_days(until_on date, reference text) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(7271, 1);
  insert into platform.day_order (stood_on, until_on, reference)
  select day, order_days.until_on, order_days.reference from platform.business_day;
end $$;
