-- Every version of a market, and the signed amendments that change one in force (MKT-1, MKT-6).

-- ---------------------------------------------------------------- signed amendments
create table market_amendment (
  id text primary key,
  market_code text not null references market,
  -- Order in which they were recorded; each is written on top of the one before.
  position integer not null check (position >= 1),
  number text not null check (number <> ''),
  signed_on date not null,
  -- First day under the new terms; they are published on that day, or when recorded if it is past.
  effective_on date not null,
  document jsonb not null,
  -- The whole market after it.
  terms jsonb not null,
  changes jsonb not null,
  recorded_by text not null,
  recorded_on date not null,
  unique (market_code, position),
  unique (market_code, number),
  check (signed_on <= recorded_on)
);

-- ---------------------------------------------------------------- versions
create table market_version (
  market_code text not null references market,
  version integer not null check (version >= 1),
  sha256 text not null,
  terms jsonb not null,
  cause text not null check (cause in ('LOADED', 'DATE_FIXED', 'AMENDED')),
  amendment_id text unique references market_amendment,
  -- The document that a fixed date rests on.
  document jsonb,
  changes jsonb not null,
  recorded_by text not null,
  recorded_on date,
  primary key (market_code, version),
  check ((cause = 'AMENDED') = (amendment_id is not null))
);
-- What was loaded before versions were kept: its day and its author are in the audit entries.
insert into market_version (market_code, version, sha256, terms, cause, changes, recorded_by)
select code, version, sha256, terms, 'LOADED', '[]', '' from market;

create trigger market_amendment_is_append_only before update or delete on market_amendment
  for each row execute function platform.refuse_change();
create trigger market_amendment_is_never_truncated before truncate on market_amendment
  for each statement execute function platform.refuse_change();
create trigger market_version_is_append_only before update or delete on market_version
  for each row execute function platform.refuse_change();
create trigger market_version_is_never_truncated before truncate on market_version
  for each statement execute function platform.refuse_change();

-- ---------------------------------------------------------------- nothing changes without its version
-- Judged when the transaction ends: the version is written beside the market. In force, it rests on a signed
-- amendment of the same market (MKT-6), whoever writes.
create function market_rests_on_its_version() returns trigger language plpgsql as $$
declare kept market_version;
begin
  select * into kept from market_version v where v.market_code = new.code and v.version = new.version;
  if kept.sha256 is distinct from new.sha256 or kept.terms is distinct from new.terms then
    raise exception 'version % of market % is not kept', new.version, new.code using errcode = 'check_violation';
  end if;
  if tg_op = 'UPDATE' and market_is_in_force(new.code) and kept.cause <> 'AMENDED' then
    raise exception 'MARKET_IN_FORCE: market % changes by a signed amendment only', new.code using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger market_rests_on_its_version after insert or update on market
  deferrable initially deferred for each row execute function market_rests_on_its_version();

create function market_amendment_is_the_markets() returns trigger language plpgsql as $$
begin
  if new.amendment_id is not null and not exists (
    select 1 from market_amendment a where a.id = new.amendment_id and a.market_code = new.market_code and a.terms = new.terms
  ) then
    raise exception 'version % of market % is not what its amendment says', new.version, new.market_code using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger market_amendment_is_the_markets before insert on market_version
  for each row execute function market_amendment_is_the_markets();

create function market_version_has_no_gap() returns trigger language plpgsql as $$
begin
  if new.version not in (old.version, old.version + 1) or (new.version = old.version and new.terms is distinct from old.terms) then
    raise exception 'the version of market % goes from % to %', old.code, old.version, new.version using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger market_version_has_no_gap before update on market
  for each row execute function market_version_has_no_gap();
