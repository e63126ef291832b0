-- A delivery that is kept whole is what plans are made from (DIR-3): nothing is added to it.
create or replace function delivery_is_sealed() returns trigger language plpgsql as $$
begin
  if exists (select from directory_import i where i.delivered_on is not null
             and i.import_id in (select t.import_id from touched t)) then
    raise exception 'a delivery does not change once it is planned' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- It goes when nothing is to come of it any more, whole (SUP-4).
create or replace function delivery_is_kept() returns trigger language plpgsql as $$
begin
  if exists (select from directory_import i where i.state not in ('COMPLETED', 'REFUSED')
             and i.import_id in (select t.import_id from touched t)) then
    raise exception 'a delivery is kept until its import has ended' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

-- What is executed is what was planned (DIR-3): a change only gets the part that it is applied with, once.
create or replace function plan_change_is_fixed() returns trigger language plpgsql as $$
begin
  if old.part is not null or new.part is null or (to_jsonb(new) - 'part') <> (to_jsonb(old) - 'part') then
    raise exception 'a planned change is applied as it was planned' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
