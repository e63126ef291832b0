-- An invoice is born as a draft; the only change it ever sees is that it is finalised, or withdrawn.
create or replace function guard_invoice() returns trigger language plpgsql as $$
declare
  -- The last answer to the draft; empty where nobody has said anything.
  answered text;
begin
  if tg_op in ('DELETE', 'TRUNCATE') then
    raise exception 'An invoice is never deleted (BIL-4)' using errcode = 'integrity_constraint_violation';
  end if;
  if tg_op = 'INSERT' then
    if new.status <> 'DRAFT' then
      raise exception 'An invoice begins as a draft' using errcode = 'integrity_constraint_violation';
    end if;
    -- Drafted today, on the terms of its market: nobody shortens the days of contesting, or opens a series of his own.
    if new.drafted_on <> platform.business_date() or not exists (
      select from market m where m.market_code = new.market_code and m.terms ->> 'numberPrefix' = new.number_prefix
        and m.terms #>> '{supplier,siret}' = new.supplier_siret
        and new.contestable_until = new.drafted_on
          + case when new.kind in ('CREDIT_NOTE', 'CREDIT_OF_DIFFERENCE') then 0 else (m.terms ->> 'contestDays')::integer end) then
      raise exception 'A draft bears the day of the service, and prefix, supplier and days of contesting of its market (BIL-4, BIL-9)'
        using errcode = 'integrity_constraint_violation';
    end if;
    -- Basis, floor and parties are those of the copies: nobody is billed by another rule, or in the name of another. What
    -- takes something back is addressed as what it takes back.
    if not exists (
      select from market m join membership c using (market_code)
       where c.membership_id = new.membership_id and m.market_code = new.market_code and c.organisation_id = new.organisation_id
         and m.terms ->> 'basis' = new.basis and m.terms ->> 'floorScope' = new.evidence ->> 'floorScope'
         and case when new.kind in ('CREDIT_NOTE', 'CREDIT_OF_DIFFERENCE') then exists (
           select from invoice head where head.invoice_id = new.corrects_id
             and (head.seller - 'iban', head.buyer) = (new.seller - 'iban', new.buyer))
         else (m.terms -> 'supplier') - 'iban' = new.seller - 'iban' and new.buyer = c.buyer || coalesce((
           select data from chorus_pro p where p.membership_id = new.membership_id and p.valid_from <= new.drafted_on
           order by p.valid_from desc, p.membership_version desc limit 1), '{}') end) then
      raise exception 'A draft is of basis, floor and supplier of its market and of the member that it is of (BIL-1)'
        using errcode = 'integrity_constraint_violation';
    end if;
    -- Nothing is paid on a credit note.
    if new.seller ->> 'iban' is distinct from (case when new.kind in ('CREDIT_NOTE', 'CREDIT_OF_DIFFERENCE') then '' else coalesce((
      select iban from supplier_account a
      where a.market_code = new.market_code and a.effective_from <= new.drafted_on
      order by a.effective_from desc, a.version desc limit 1), '') end) then
      raise exception 'An invoice bears the account that two persons approved, or none'
        using errcode = 'integrity_constraint_violation';
    end if;
    if new.kind = 'INVOICE' and new.revision = 0 and exists (
      select 1 from invoice other
      where other.membership_id = new.membership_id and other.kind = 'INVOICE' and other.revision = 0 and other.status <> 'WITHDRAWN'
        and (other.period_start, other.period_end) <> (new.period_start, new.period_end)
        and other.period_start < new.period_end and new.period_start < other.period_end) then
      raise exception 'Days of % are invoiced already in another period (BIL-5)', new.membership_id
        using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end if;
  if old.status = 'WITHDRAWN' then
    raise exception 'Draft % was withdrawn and never changes', old.invoice_id
      using errcode = 'integrity_constraint_violation';
  end if;
  if old.status = 'FINALISED' then
    raise exception 'Invoice % is finalised and never changes (BIL-4)', old.number
      using errcode = 'integrity_constraint_violation';
  end if;
  if (to_jsonb(new) - '{status,number,series_year,sequence,issued_on,due_on,withdrawn_on,withdrawal_reason}'::text[])
     is distinct from (to_jsonb(old) - '{status,number,series_year,sequence,issued_on,due_on,withdrawn_on,withdrawal_reason}'::text[]) then
    raise exception 'A draft is finalised or withdrawn as it is (BIL-9)'
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.status = 'WITHDRAWN' and new.withdrawn_on <> platform.business_date() then
    raise exception 'Draft % is withdrawn on the day of the service', new.invoice_id
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.status = 'FINALISED' then
    answered := coalesce(
      (select answer from draft_answer where invoice_id = new.invoice_id order by position desc limit 1), '');
    if new.issued_on < new.contestable_until and answered <> 'ACCEPTED' then
      raise exception 'The draft may still be contested (BIL-9)' using errcode = 'integrity_constraint_violation';
    end if;
    if answered = 'CONTESTED' then
      raise exception 'The draft is contested, and nobody has answered (BIL-9)'
        using errcode = 'integrity_constraint_violation';
    end if;
    if new.issued_on <> platform.business_date() or new.due_on <> new.issued_on + new.payment_term_days then
      raise exception 'Invoice % is issued on the day of the service, and due by its terms (BIL-4)', new.invoice_id
        using errcode = 'integrity_constraint_violation';
    end if;
    if new.number <> concat_ws('-', new.number_prefix, new.series_year,
                               lpad(new.sequence::text, greatest(6, length(new.sequence::text)), '0')) then
      raise exception 'Number % is not the one of its series and rank (BIL-4)', new.number
        using errcode = 'integrity_constraint_violation';
    end if;
    -- No gap and no going back: the one before must be there, issued no later.
    if new.sequence > 1 and not exists (
      select 1 from invoice previous
      where previous.supplier_siret = new.supplier_siret and previous.number_prefix = new.number_prefix
        and previous.series_year = new.series_year and previous.sequence = new.sequence - 1
        and previous.issued_on <= new.issued_on) then
      raise exception 'Number % would leave a gap or go back in time (BIL-4)', new.number
        using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  return new;
end $$;

-- One answer after the other, on the day of the service, while the draft waits: contested once and within its days,
-- maintained once it was contested, accepted whenever it is not yet.
create or replace function guard_draft_answer() returns trigger language plpgsql as $$
declare
  before text := coalesce(
    (select answer from draft_answer where invoice_id = new.invoice_id order by position desc limit 1), '');
begin
  if new.answered_on <> platform.business_date()
    or new.position <> (select count(*) + 1 from draft_answer where invoice_id = new.invoice_id)
    or not exists (
      select from invoice i where i.invoice_id = new.invoice_id and i.status = 'DRAFT'
        and case new.answer when 'ACCEPTED' then before <> 'ACCEPTED'
                            when 'MAINTAINED' then before = 'CONTESTED'
                            else before = '' and new.answered_on < i.contestable_until end) then
    raise exception 'Draft % is not to be answered so: % after "%" (BIL-9)', new.invoice_id, new.answer, before
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

-- Checked at commit, for every invoice touched: lines, VAT totals and header say the same.
create or replace function check_invoice_sums() returns trigger language plpgsql as $$
declare
  header invoice%rowtype;
begin
  select * into header from invoice where invoice_id = new.invoice_id;
  if header.net_cents <> (select coalesce(sum(net_cents), 0) from invoice_line where invoice_id = new.invoice_id)
    or header.net_cents <> (select coalesce(sum(net_cents), 0) from invoice_vat_total where invoice_id = new.invoice_id)
    or header.vat_cents <> (select coalesce(sum(vat_cents), 0) from invoice_vat_total where invoice_id = new.invoice_id)
    or exists (
      select 1 from invoice_vat_total t where t.invoice_id = new.invoice_id and t.net_cents <> (
        select coalesce(sum(l.net_cents), 0) from invoice_line l
        where l.invoice_id = t.invoice_id and l.vat_basis_points = t.vat_basis_points))
    or not exists (select 1 from invoice_line where invoice_id = new.invoice_id)
    or not is_of_difference(header.kind, header.corrects_id) and exists (
      select from invoice_vat_total t where t.invoice_id = new.invoice_id
        and t.vat_cents <> round(t.net_cents::numeric * t.vat_basis_points / 10000)) then
    raise exception 'The lines of invoice % do not add up to its totals (BIL-3)', new.invoice_id
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;

-- Checked at commit: a counter stands where its invoices do, so nobody makes the next number wait or come twice.
create or replace function series_stands_where_its_invoices_do() returns trigger language plpgsql as $$
begin
  if not exists (
    select from invoice_series s join invoice i on (i.supplier_siret, i.number_prefix, i.series_year, i.sequence)
                                                 = (s.supplier_siret, s.prefix, s.year, s.last_sequence)
     where (s.supplier_siret, s.prefix, s.year) = (new.supplier_siret, new.prefix, new.year)
       and s.last_issued_on = i.issued_on and not exists (
         select from invoice later where (later.supplier_siret, later.number_prefix, later.series_year)
                                       = (s.supplier_siret, s.prefix, s.year) and later.sequence > s.last_sequence)) then
    raise exception 'The counter of series %-% is not at the number of its last invoice (BIL-4)', new.prefix, new.year
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;

-- Checked at commit: no number is given beside the counter, which would then give it a second time.
create or replace function number_comes_from_its_series() returns trigger language plpgsql as $$
begin
  if not exists (
    select from invoice_series s where (s.supplier_siret, s.prefix, s.year)
      = (new.supplier_siret, new.number_prefix, new.series_year) and s.last_sequence >= new.sequence) then
    raise exception 'Number % was not drawn from its series (BIL-4)', new.number
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;

-- Checked at commit: no invoice without its paper, and no paper of what was not issued.
create or replace function issued_with_its_document() returns trigger language plpgsql as $$
begin
  if not exists (select from invoice i join invoice_document d using (invoice_id)
                  where i.invoice_id = new.invoice_id and i.status = 'FINALISED') then
    raise exception 'Invoice % is issued with its document, and a document with its invoice', new.invoice_id
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;

-- A line of amount 0 keeps the sum: refuse any line once the invoice is finalised.
create or replace function refuse_line_of_finalised() returns trigger language plpgsql as $$
begin
  if exists (select 1 from invoice where invoice_id = new.invoice_id and status = 'FINALISED') then
    raise exception 'The invoice is finalised and never changes (BIL-4)'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

create or replace function refuse_price_of_nobody() returns trigger language plpgsql as $$
begin
  -- A difference of two calculations has no price; a calculation has nothing else.
  if (new.kind = 'DIFFERENCE') is distinct from (
    select is_of_difference(kind, corrects_id) from invoice where invoice_id = new.invoice_id) then
    raise exception 'A difference stands in its own document, and nothing else does (BIL-8)'
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.kind <> 'DIFFERENCE' and not exists (
    select 1 from invoice i join price p on p.market_code = i.market_code
    where i.invoice_id = new.invoice_id and p.item_code = new.item_code and p.effective_from <= new.period_start
      and p.unit_price_ten_thousandths = new.unit_price_ten_thousandths
      and vat_rate_in(i.buyer ->> 'department', p.vat_basis_points) = new.vat_basis_points) then
    raise exception 'A line of an invoice bears a price that two persons approved, at the rate of its member''s territory'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

-- Each paper of a series stands behind the one of the number before.
create or replace function chain_document() returns trigger language plpgsql as $$
declare
  issued invoice%rowtype;
  before text := repeat('0', 64);
begin
  select * into issued from invoice where invoice_id = new.invoice_id and status = 'FINALISED';
  if not found then
    raise exception 'A document is of an issued invoice' using errcode = 'integrity_constraint_violation';
  end if;
  if issued.sequence > 1 then
    select d.chain into before from invoice i join invoice_document d using (invoice_id)
     where (i.supplier_siret, i.number_prefix, i.series_year, i.sequence)
         = (issued.supplier_siret, issued.number_prefix, issued.series_year, issued.sequence - 1);
    if before is null then
      raise exception 'The document before % is missing', issued.number using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  new.chain := chain_of(before, issued.number, new.sha256, new.xml_sha256);
  return new;
end $$;

-- On the day of the service, of what was issued and nothing has corrected: who changes it later would change by which
-- rule it was corrected (BIL-8).
create or replace function guard_settlement() returns trigger language plpgsql as $$
begin
  if new.recorded_on <> platform.business_date()
    or new.position <> (select count(*) + 1 from settlement where invoice_id = new.invoice_id)
    or new.state is not distinct from (
      select state from settlement where invoice_id = new.invoice_id order by position desc limit 1)
    or not exists (select from invoice i where i.invoice_id = new.invoice_id and i.status = 'FINALISED'
                     and i.kind in ('INVOICE', 'COMPLEMENT') and i.issued_on <= new.settled_on)
    or exists (select from invoice i where i.corrects_id = new.invoice_id and i.status <> 'WITHDRAWN') then
    raise exception 'Invoice % is not to be settled so: %', new.invoice_id, new.state
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
