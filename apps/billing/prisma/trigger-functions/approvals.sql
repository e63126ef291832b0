-- A price is the line of an approved proposal at its place, counted from the version that was read: another price, a
-- part of them, an approval of yesterday or a second writing of one do not fit.
create or replace function price_rests_on_approval() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  approved platform.proposal := platform.approved_proposal(new.proposal_id, 'PRICES');
begin
  if approved.proposal_id is null or approved.market_code <> new.market_code or approved.document_id is null
    or approved.content -> 'entries' -> (new.version - (approved.content ->> 'basedOn')::bigint - 1)::integer
      is distinct from jsonb_build_object(
        'itemCode', new.item_code, 'effectiveFrom', new.effective_from,
        'unitPrice', new.unit_price_ten_thousandths::text, 'vatBasisPoints', new.vat_basis_points) then
    raise exception 'Price % of % is not what two persons approved', new.version, new.market_code
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;

create or replace function supplier_account_rests_on_approval() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  approved platform.proposal := platform.approved_proposal(new.proposal_id, 'SUPPLIER_ACCOUNT');
begin
  if approved.proposal_id is null or approved.market_code <> new.market_code or approved.document_id is null
    or approved.content is distinct from jsonb_build_object(
      'basedOn', new.version - 1, 'iban', new.iban, 'effectiveFrom', new.effective_from) then
    raise exception 'Account % of % is not what two persons approved', new.version, new.market_code
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;

-- In the transaction of the decision, all of it: what was approved does not wait to be written on a later day.
create or replace function approval_has_its_effect() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  proposed platform.proposal;
begin
  if new.outcome <> 'APPROVED' then
    return null;
  end if;
  select * into proposed from platform.proposal where proposal_id = new.proposal_id;
  if not (case proposed.kind
    when 'PRICES' then (select count(*) from price where proposal_id = new.proposal_id)
                       = jsonb_array_length(proposed.content -> 'entries')
    when 'SUPPLIER_ACCOUNT' then exists (select from supplier_account where proposal_id = new.proposal_id)
    -- Judged where its effect stands.
    when 'SKIP_PARKED' then true
    -- Its effect is a line of the anchors, beside the database.
    when 'ACKNOWLEDGE_BREAKS' then true
    else false end) then
    raise exception 'Proposal % was approved without its effect', new.proposal_id
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
