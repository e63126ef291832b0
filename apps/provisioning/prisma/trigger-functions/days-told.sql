-- What was stated stays stated, and nobody states days that have not begun.
create or replace function days_told_go_forward() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.before < old.before or new.before > platform.business_date() then
    raise exception 'days told go forward, up to the day of the service'
      using errcode = 'check_violation', constraint = 'days_told_go_forward';
  end if;
  return new;
end $$;
