create or replace function platform.keep_day_from_going_back() returns trigger language plpgsql as $$
begin
  if old.day is not null and (new.day is null or new.day < old.day) then
    raise exception 'the business day is %, it never goes back to %', old.day, new.day using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
