-- Nothing of a market changes without its version, nor what the floor rests on (MKT-1, MKT-6).

create or replace function market_version_has_no_gap() returns trigger language plpgsql as $$
begin
  if new.version not in (old.version, old.version + 1) or (new.version = old.version and new.terms is distinct from old.terms) then
    raise exception 'the version of market % goes from % to %', old.code, old.version, new.version using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- Judged when the transaction ends: the version is written beside the market. In force, it rests on a signed
-- amendment of the same market (MKT-6), whoever writes.
create or replace function market_rests_on_its_version() returns trigger language plpgsql as $$
declare kept market_version;
begin
  select * into kept from market_version v where v.market_code = new.code and v.version = new.version;
  if kept.sha256 is distinct from new.sha256 or kept.terms is distinct from new.terms then
    raise exception 'version % of market % is not kept', new.version, new.code using errcode = 'check_violation';
  end if;
  if tg_op = 'UPDATE' and market_is_in_force(new.code) and kept.cause <> 'AMENDED' then
    raise exception 'MARKET_IN_FORCE: market % changes by a signed amendment only', new.code using errcode = 'check_violation';
  end if;
  perform refuse_columns_beside_terms(new.code);
  return null;
end $$;

create or replace function market_item_follows_the_terms() returns trigger language plpgsql as $$
begin
  perform refuse_columns_beside_terms(coalesce(new.market_code, old.market_code));
  return null;
end $$;

create or replace function market_amendment_is_the_markets() returns trigger language plpgsql as $$
begin
  if new.amendment_id is not null and not exists (
    select 1 from market_amendment a where a.id = new.amendment_id and a.market_code = new.market_code and a.terms = new.terms
  ) then
    raise exception 'version % of market % is not what its amendment says', new.version, new.market_code using errcode = 'check_violation';
  end if;
  return new;
end $$;

create or replace function market_keeps_its_floor_scope() returns trigger language plpgsql as $$
begin
  if (new.code, new.floor_scope) is distinct from (old.code, old.floor_scope) and market_is_in_force(old.code) then
    raise exception 'MARKET_IN_FORCE: the floor scope of market % does not change', old.code using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- In force only the end of its calendar moves, to a later day (MKT-6, art. 8): periods and notices are judged by it.
create or replace function market_keeps_its_calendar() returns trigger language plpgsql as $$
declare prolonged text[] := '{endsOn,durationMonths,contractYears}';
begin
  if ((new.terms -> 'calendar') - prolonged is distinct from (old.terms -> 'calendar') - prolonged
      or new.terms -> 'coordinatorSiren' is distinct from old.terms -> 'coordinatorSiren'
      or coalesce((new.terms #>> '{calendar,endsOn}')::date < (old.terms #>> '{calendar,endsOn}')::date, true))
     and market_is_in_force(old.code) then
    raise exception 'MARKET_IN_FORCE: the calendar of market % stays, save for a later end', old.code using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- A label may change, an item that counts may not go.
create or replace function market_item_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.market_code, new.item_code) = (old.market_code, old.item_code) then
    return new;
  end if;
  perform 1 from market where code = old.market_code for update;
  if market_is_in_force(old.market_code) then
    raise exception 'MARKET_IN_FORCE: item % of market % stays', old.item_code, old.market_code using errcode = 'check_violation';
  end if;
  if exists (select 1 from commitment c join membership m on m.id = c.membership_id
              where m.market_code = old.market_code and c.item_code = old.item_code) then
    raise exception 'item % of market % is committed to', old.item_code, old.market_code using errcode = 'foreign_key_violation';
  end if;
  return coalesce(new, old);
end $$;
