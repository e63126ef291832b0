create or replace function tender_is_decided() returns trigger language plpgsql as $$
begin
  -- Behind the lock of the tender: an award and an offer that come at once queue.
  perform 1 from tender where market_code = new.market_code for update;
  if exists (select 1 from tender_award where market_code = new.market_code) then
    raise exception 'the tender of market % is awarded: its offers stay', new.market_code using errcode = 'check_violation';
  end if;
  return new;
end $$;
