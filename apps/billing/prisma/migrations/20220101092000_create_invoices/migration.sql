create table billing_run (
  run_id       uuid primary key,
  market_code  text not null references market,
  period_start date not null,
  period_end   date not null,
  requested_on date not null,
  requested_by text not null,
  check (period_start < period_end),
  unique (market_code, period_start, period_end)
);

-- One gap-free sequence per supplier, market prefix and year of issue (BIL-4). A row, not a SEQUENCE:
-- what a rollback takes from a sequence would be a gap.
create table invoice_series (
  supplier_siret text not null,
  prefix         text not null,
  year           integer not null,
  last_sequence  integer not null check (last_sequence >= 0),
  last_issued_on date,
  primary key (supplier_siret, prefix, year)
);

create table invoice (
  invoice_id        uuid primary key,
  membership_id     text not null references membership,
  organisation_id   text not null,
  market_code       text not null references market,
  market_title      text not null,
  period_start      date not null,
  period_end        date not null,
  revision          integer not null check (revision >= 0),
  run_id            uuid not null references billing_run,
  basis             text not null check (basis in ('ORDERED', 'METERED')),
  seller            jsonb not null,
  buyer             jsonb not null,
  evidence          jsonb not null,
  net_cents         bigint not null,
  vat_cents         bigint not null,
  total_cents       bigint not null,
  drafted_on        date not null,
  contestable_until date not null,
  payment_term_days integer not null check (payment_term_days > 0),
  number_prefix     text not null,
  supplier_siret    text not null,
  status            text not null check (status in ('DRAFT', 'FINALISED')),
  -- The five that finalising gives, all or none.
  number            text,
  series_year       integer,
  sequence          integer check (sequence > 0),
  issued_on         date,
  due_on            date,
  check (period_start < period_end),
  check (total_cents = net_cents + vat_cents),
  check (length(number) <= 20),
  check (due_on >= issued_on),
  check (extract(year from issued_on) = series_year),
  check (num_nonnulls(number, series_year, sequence, issued_on, due_on)
         = case status when 'FINALISED' then 5 else 0 end),
  -- BIL-5: one invoice per membership, period and revision, whatever runs at once or is killed.
  unique (membership_id, period_start, period_end, revision),
  unique (supplier_siret, number),
  unique (supplier_siret, number_prefix, series_year, sequence)
);
create index invoice_due on invoice (contestable_until) where status = 'DRAFT';
create index invoice_by_membership on invoice (membership_id, period_start, revision, invoice_id);
create index invoice_by_market on invoice (market_code, period_start, invoice_id);
create index invoice_by_organisation on invoice (organisation_id, period_start, invoice_id);

create table invoice_line (
  invoice_id                 uuid not null references invoice,
  line                       integer not null check (line > 0),
  item_code                  text not null,
  label                      text not null,
  kind                       text not null check (kind in ('ORDERED', 'METERED', 'MINIMUM_COMPLEMENT')),
  period_start               date not null,
  period_end                 date not null,
  days_in_contract_year      integer not null check (days_in_contract_year between 1 and 366),
  quantity                   bigint,
  commitment                 bigint not null,
  account_days               bigint not null check (account_days > 0),
  unit_price_ten_thousandths bigint not null,
  vat_basis_points           integer not null,
  net_cents                  bigint not null,
  explanation                jsonb not null,
  primary key (invoice_id, line),
  check (period_start < period_end),
  check ((kind = 'ORDERED') = (quantity is not null)),
  check (quantity * (period_end - period_start) = account_days),
  -- numeric's round() is half away from zero, which is what BIL-3 asks: the same sum, done again here.
  check (net_cents = round(account_days::numeric * unit_price_ten_thousandths / (days_in_contract_year * 100)))
);

create table invoice_vat_total (
  invoice_id       uuid not null references invoice,
  vat_basis_points integer not null,
  net_cents        bigint not null,
  vat_cents        bigint not null,
  primary key (invoice_id, vat_basis_points),
  check (vat_cents = round(net_cents::numeric * vat_basis_points / 10000))
);

-- An invoice is born as a draft; the only change it ever sees is that it is finalised.
create function guard_invoice() returns trigger language plpgsql as $$
begin
  if tg_op in ('DELETE', 'TRUNCATE') then
    raise exception 'An invoice is never deleted (BIL-4)' using errcode = 'integrity_constraint_violation';
  end if;
  if tg_op = 'INSERT' then
    if new.status <> 'DRAFT' then
      raise exception 'An invoice begins as a draft' using errcode = 'integrity_constraint_violation';
    end if;
    if new.revision = 0 and exists (
      select 1 from invoice other
      where other.membership_id = new.membership_id and other.revision = 0
        and (other.period_start, other.period_end) <> (new.period_start, new.period_end)
        and other.period_start < new.period_end and new.period_start < other.period_end) then
      raise exception 'Days of % are invoiced already in another period (BIL-5)', new.membership_id
        using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end if;
  if old.status = 'FINALISED' then
    raise exception 'Invoice % is finalised and never changes (BIL-4)', old.number
      using errcode = 'integrity_constraint_violation';
  end if;
  if (to_jsonb(new) - '{status,number,series_year,sequence,issued_on,due_on}'::text[])
     is distinct from (to_jsonb(old) - '{status,number,series_year,sequence,issued_on,due_on}'::text[]) then
    raise exception 'A draft is finalised as it is, or not at all (BIL-9)'
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.status = 'FINALISED' then
    if new.issued_on < new.contestable_until then
      raise exception 'The draft may still be contested (BIL-9)' using errcode = 'integrity_constraint_violation';
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
create trigger invoice_is_guarded before insert or update or delete on invoice
  for each row execute function guard_invoice();
create trigger invoice_is_not_emptied before truncate on invoice
  for each statement execute function guard_invoice();

create trigger invoice_line_never_changes before update or delete on invoice_line
  for each row execute function refuse_change();
create trigger invoice_line_is_not_emptied before truncate on invoice_line
  for each statement execute function refuse_change();
create trigger invoice_vat_total_never_changes before update or delete on invoice_vat_total
  for each row execute function refuse_change();
create trigger invoice_vat_total_is_not_emptied before truncate on invoice_vat_total
  for each statement execute function refuse_change();

-- Checked at commit, for every invoice touched: lines, VAT totals and header say the same.
create function check_invoice_sums() returns trigger language plpgsql as $$
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
    or not exists (select 1 from invoice_line where invoice_id = new.invoice_id) then
    raise exception 'The lines of invoice % do not add up to its totals (BIL-3)', new.invoice_id
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create constraint trigger invoice_adds_up after insert or update on invoice
  deferrable initially deferred for each row execute function check_invoice_sums();
create constraint trigger invoice_line_adds_up after insert on invoice_line
  deferrable initially deferred for each row execute function check_invoice_sums();
create constraint trigger invoice_vat_total_adds_up after insert on invoice_vat_total
  deferrable initially deferred for each row execute function check_invoice_sums();

-- A line of amount 0 keeps the sum: refuse any line once the invoice is finalised.
create function refuse_line_of_finalised() returns trigger language plpgsql as $$
begin
  if exists (select 1 from invoice where invoice_id = new.invoice_id and status = 'FINALISED') then
    raise exception 'The invoice is finalised and never changes (BIL-4)'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger invoice_line_before_finalising before insert on invoice_line
  for each row execute function refuse_line_of_finalised();
create trigger invoice_vat_total_before_finalising before insert on invoice_vat_total
  for each row execute function refuse_line_of_finalised();
