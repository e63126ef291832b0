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

-- A document of a correction is what two persons approved, of the invoice that they approved it for, and the one that
-- BIL-8 asks: whole and replaced where nobody paid, the difference where somebody has, and whole again what was a
-- complement and was rejected. A credit note is issued at once.
create or replace function correction_rests_on_approval() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  approved platform.proposal := platform.approved_proposal(new.proposal_id, 'CORRECTION');
  head invoice%rowtype;
  of_complement boolean;
  paid boolean := coalesce((
    select state = 'PAID' from settlement where invoice_id = new.corrects_id order by position desc limit 1), false);
  rejected boolean := coalesce((
    select state = 'REJECTED' from settlement where invoice_id = new.corrects_id order by position desc limit 1), false);
  credited boolean := exists (
    select from invoice where corrects_id = new.corrects_id and kind = 'CREDIT_NOTE' and status = 'FINALISED');
begin
  select * into head from invoice where invoice_id = new.corrects_id;
  of_complement := head.kind = 'COMPLEMENT' and new.kind = 'CREDIT_NOTE';
  if approved.proposal_id is null or approved.market_code <> new.market_code
    or approved.content ->> 'invoiceId' <> (case when of_complement then head.corrects_id else new.corrects_id end)::text
    or approved.content ->> 'reason' <> new.correction_reason
    or head.status <> 'FINALISED' or head.kind <> 'INVOICE' and not of_complement
    or (head.membership_id, head.period_start, head.period_end) is distinct from (new.membership_id, new.period_start, new.period_end)
    -- A replacement is made anew after facts, as any draft (BIL-9): its amounts are then those of the facts.
    or not exists (
      select from jsonb_array_elements(approved.content -> 'documents') d
       where d ->> 'kind' = new.kind
         and d ->> 'creditsComplement' is not distinct from (case when of_complement then new.corrects_id::text end)
         and (new.kind = 'INVOICE' or (d ->> 'netCents', d ->> 'vatCents') = (new.net_cents::text, new.vat_cents::text)))
    or not (case new.kind
         when 'INVOICE' then credited and new.revision = head.revision + 1
         when 'CREDIT_NOTE' then (case when of_complement then rejected else not paid end) and new.revision = head.revision
           and (new.net_cents, new.vat_cents) = (head.net_cents, head.vat_cents)
           and not exists (select from invoice i where i.corrects_id = head.invoice_id
                             and i.kind in ('COMPLEMENT', 'CREDIT_OF_DIFFERENCE') and i.status <> 'WITHDRAWN')
         else paid and not credited and new.revision = head.revision end)
    or new.kind in ('CREDIT_NOTE', 'CREDIT_OF_DIFFERENCE')
       and (select status from invoice where invoice_id = new.invoice_id) <> 'FINALISED' then
    raise exception 'Document % does not correct what two persons approved (BIL-8)', new.invoice_id
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
    when 'CORRECTION' then (select count(*) from invoice where proposal_id = new.proposal_id)
                           = jsonb_array_length(proposed.content -> 'documents')
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
