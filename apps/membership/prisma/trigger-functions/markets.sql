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

-- A version is what its amendment says, from its day on, and after those recorded before it.
create or replace function market_amendment_is_the_markets() returns trigger language plpgsql as $$
begin
  if new.amendment_id is not null and not exists (
    select 1 from market_amendment a
     where a.id = new.amendment_id and a.market_code = new.market_code and a.terms = new.terms
       and a.effective_on <= platform.business_date()
       and not exists (select from market_amendment b left join market_version v on v.amendment_id = b.id
                        where b.market_code = a.market_code and b.position < a.position and v.version is null)
  ) then
    raise exception 'version % of market % is not what its amendment says', new.version, new.market_code using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- An amendment is what one coordinator proposed and another approved, on the paper that they read, at its place after the
-- amendment that it was judged against (MKT-6), written in the transaction of that decision.
create or replace function market_amendment_rests_on_approval() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare approved platform.proposal := platform.approved_proposal(new.proposal_id, 'MARKET_AMENDMENT');
begin
  if approved.proposal_id is null or approved.market_code <> new.market_code
     or not exists (select from document d
                     where d.id = new.document_id and (d.id, d.sha256) = (approved.document_id, approved.document_sha256))
     or not exists (select from platform.proposal_decision d
                     where d.proposal_id = new.proposal_id and (d.decided_by, d.decided_on) = (new.recorded_by, new.recorded_on))
     or approved.content is distinct from jsonb_build_object('basedOn', new.position - 1, 'number', new.number,
          'signedOn', new.signed_on, 'effectiveOn', new.effective_on, 'terms', new.terms, 'changes', new.changes) then
    raise exception 'amendment % of market % is not what two coordinators approved', new.number, new.market_code
      using errcode = 'check_violation';
  end if;
  return null;
end $$;

-- What was approved does not wait to be written on a later day.
create or replace function approved_amendment_is_recorded() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  -- Others have other effects: events that are skipped, breaks that are acknowledged.
  if exists (select from platform.proposal p where p.proposal_id = new.proposal_id and p.kind = 'MARKET_AMENDMENT')
     and not exists (select from market_amendment a where a.proposal_id = new.proposal_id) then
    raise exception 'proposal % was approved without its amendment', new.proposal_id using errcode = 'check_violation';
  end if;
  return null;
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
