create or replace function market_is_in_force(of_market text) returns boolean language sql volatile as $$
  select exists (select 1 from membership where market_code = of_market and status in ('ACTIVE', 'ENDED'))
$$;
