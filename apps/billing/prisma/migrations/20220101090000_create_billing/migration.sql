-- What billing keeps of membership's events: its own copy, never written by anything else.

create table market (
  market_code text primary key,
  version     integer not null,
  terms       jsonb not null
);

create table membership (
  membership_id      text primary key,
  organisation_id    text not null,
  market_code        text not null,
  membership_version bigint not null,
  -- '' before the first order: the ledger is empty.
  ledger_head        text not null default '',
  buyer              jsonb not null,
  -- Null until it is activated (ADH-6); half-open.
  starts_on          date,
  ends_on            date,
  -- What of C was signed in which annex 2: several after a succession (ADH-5). Null before the first.
  signed             jsonb,
  check ((starts_on is null) = (ends_on is null)),
  check (starts_on <= ends_on)
);
create index membership_by_market on membership (market_code, membership_id);

-- C per item as each version of the membership stated it: an invoice is recounted with what it knew. C may move
-- from a day on (ADH-5), so a version of C is a list of steps.
create table commitment (
  membership_id      text not null references membership,
  membership_version bigint not null,
  item_code          text not null,
  quantity           bigint not null check (quantity >= 0),
  -- The default lies before every membership: in force from its first day.
  effective_from     date not null default '1900-01-01',
  primary key (membership_id, membership_version, item_code, effective_from)
);

-- Chorus Pro data from a day on, as each version of the membership told them (ADH-1); of one day the last version's count.
create table chorus_pro (
  membership_id      text not null references membership,
  membership_version bigint not null,
  valid_from         date not null,
  data               jsonb not null,
  primary key (membership_id, membership_version)
);
create trigger chorus_pro_is_append_only before update or delete on chorus_pro
  for each row execute function refuse_change();
create trigger chorus_pro_is_not_emptied before truncate on chorus_pro
  for each statement execute function refuse_change();

-- The ledger of orders (ORD-7).
create table ledger_line (
  membership_id   text not null references membership,
  ledger_position bigint not null check (ledger_position > 0),
  line            integer not null check (line > 0),
  order_id        text not null,
  order_number    text not null,
  item_code       text not null,
  effective_from  date not null,
  delta           bigint not null check (delta <> 0),
  signed_on       date not null,
  primary key (membership_id, ledger_position, line)
);

create trigger ledger_line_follows_what_was_told after insert on ledger_line referencing new table as added
  for each statement execute function lines_follow_what_was_told();
create trigger ledger_line_is_append_only before update or delete on ledger_line
  for each row execute function refuse_change();
create trigger ledger_line_is_not_emptied before truncate on ledger_line
  for each statement execute function refuse_change();
create trigger commitment_is_append_only before update or delete on commitment
  for each row execute function refuse_change();
create trigger commitment_is_not_emptied before truncate on commitment
  for each statement execute function refuse_change();

-- The bounds of a membership by its version, like C and the ledger: an end in the past (EXC-1) must not
-- change what an invoice was priced from, nor its check and its explanation (BIL-4, BIL-7).
create table membership_bound (
  membership_id text not null references membership,
  membership_version bigint not null,
  starts_on date not null,
  ends_on date not null,
  primary key (membership_id, membership_version)
);
create trigger membership_bound_is_append_only before update or delete on membership_bound
  for each row execute function refuse_change();
create trigger membership_bound_is_not_emptied before truncate on membership_bound
  for each statement execute function refuse_change();
create trigger membership_bound_is_of_its_version after insert on membership_bound
  for each row execute function is_of_the_version_told();
create trigger commitment_is_of_its_version after insert on commitment
  for each row execute function is_of_the_version_told();
create trigger chorus_pro_is_of_its_version after insert on chorus_pro
  for each row execute function is_of_the_version_told();
create trigger membership_goes_forward before update on membership
  for each row execute function copy_goes_forward();
create trigger market_goes_forward before update on market
  for each row execute function copy_goes_forward();

-- The BPU (BIL-2): append-only; the highest version of a (market, item, day) is the one that counts. Neither a price nor
-- the account that members pay to is one person's: each row is what an approved proposal says at its place
-- (libs/proposals), and each approval has its rows, judged when the transaction ends.

create table price (
  market_code                text not null references market,
  -- Counts the entries of the market, 1 upwards.
  version                    bigint not null check (version > 0),
  item_code                  text not null,
  effective_from             date not null,
  unit_price_ten_thousandths bigint not null check (unit_price_ten_thousandths >= 0),
  vat_basis_points           integer not null check (vat_basis_points between 0 and 9999),
  proposal_id                uuid not null,
  primary key (market_code, version)
);
create index price_by_item on price (market_code, item_code, effective_from);
create index price_by_proposal on price (proposal_id);

-- Of a day, the one that came into effect last; of one day the highest version. An invoice bears that of its draft.
create table supplier_account (
  market_code    text not null references market,
  -- Counts the accounts of the market, 1 upwards.
  version        bigint not null check (version > 0),
  iban           text not null,
  effective_from date not null,
  proposal_id    uuid not null unique,
  primary key (market_code, version)
);

create trigger price_is_append_only before update or delete on price
  for each row execute function refuse_change();
create trigger price_is_not_emptied before truncate on price
  for each statement execute function refuse_change();
create trigger supplier_account_is_append_only before update or delete on supplier_account
  for each row execute function refuse_change();
create trigger supplier_account_is_not_emptied before truncate on supplier_account
  for each statement execute function refuse_change();

create constraint trigger price_rests_on_approval after insert on price
  deferrable initially deferred for each row execute function price_rests_on_approval();
create constraint trigger supplier_account_rests_on_approval after insert on supplier_account
  deferrable initially deferred for each row execute function supplier_account_rests_on_approval();
create constraint trigger approval_has_its_effect after insert on platform.proposal_decision
  deferrable initially deferred for each row execute function approval_has_its_effect();

create table billing_run (
  run_id       uuid primary key,
  market_code  text not null references market,
  period_start date not null,
  period_end   date not null,
  requested_on date not null,
  requested_by text not null,
  -- Why nobody is looked at for now (membership does not answer), in French; null where the run goes on.
  held_up      text,
  check (period_start < period_end),
  unique (market_code, period_start, period_end)
);

-- What became of each membership in a run. Those waiting are drafted by the service whatever is killed (BIL-5); one
-- that is parked waits alone for somebody to ask again.
create table billing_run_member (
  run_id        uuid not null references billing_run,
  membership_id text not null references membership,
  status        text not null check (status in ('WAITING', 'DRAFTED', 'WITHOUT_LINE', 'PARKED')),
  code          text,
  -- A French sentence.
  detail        text,
  attempts      integer not null default 0 check (attempts >= 0),
  settled_on    date,
  primary key (run_id, membership_id),
  check (num_nonnulls(code, detail) = case status when 'PARKED' then 2 else 0 end)
);
create index billing_run_member_waiting on billing_run_member (run_id) where status = 'WAITING';

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
  -- 380: INVOICE, COMPLEMENT; 381: CREDIT_NOTE (one invoice whole), CREDIT_OF_DIFFERENCE. Amounts are never negative (BIL-8).
  kind              text not null check (kind in ('INVOICE', 'COMPLEMENT', 'CREDIT_NOTE', 'CREDIT_OF_DIFFERENCE')),
  revision          integer not null check (revision >= 0),
  -- The invoice that it credits, completes or replaces, why, and what two persons agreed on.
  corrects_id       uuid references invoice,
  correction_reason text check (length(correction_reason) between 1 and 500),
  proposal_id       uuid,
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
  status            text not null check (status in ('DRAFT', 'FINALISED', 'WITHDRAWN')),
  -- The five that finalising gives, all or none.
  number            text,
  series_year       integer,
  sequence          integer check (sequence > 0),
  issued_on         date,
  due_on            date,
  -- Both of a draft that is not issued.
  withdrawn_on      date,
  withdrawal_reason text check (length(withdrawal_reason) between 1 and 500),
  check (num_nonnulls(withdrawn_on, withdrawal_reason) = case status when 'WITHDRAWN' then 2 else 0 end),
  check (period_start < period_end),
  check (num_nonnulls(corrects_id, correction_reason, proposal_id) = case when kind = 'INVOICE' and revision = 0 then 0 else 3 end),
  check (kind = 'INVOICE' or net_cents >= 0 and vat_cents >= 0),
  check (total_cents = net_cents + vat_cents),
  check (length(number) <= 20),
  check (number ~ '^[A-Z0-9-]{1,8}-[0-9]{4}-[0-9]{6,}$'),
  check (due_on >= issued_on),
  check (extract(year from issued_on) = series_year),
  check (num_nonnulls(number, series_year, sequence, issued_on, due_on)
         = case status when 'FINALISED' then 5 else 0 end),
  unique (supplier_siret, number),
  unique (supplier_siret, number_prefix, series_year, sequence)
);
-- BIL-5: one invoice per membership, period and revision, whatever runs at once or is killed; a withdrawn draft is none.
create unique index invoice_once on invoice (membership_id, period_start, period_end, revision)
  where kind = 'INVOICE' and status <> 'WITHDRAWN';
-- BIL-8: an invoice is credited whole once, and each document that was agreed on is made once.
create unique index invoice_credited_once on invoice (corrects_id) where kind = 'CREDIT_NOTE';
create unique index invoice_agreed_once on invoice (proposal_id, kind) where status <> 'WITHDRAWN';
create index invoice_by_corrected on invoice (corrects_id);
create index invoice_due on invoice (contestable_until) where status = 'DRAFT';
create index invoice_by_membership on invoice (membership_id, period_start, revision, invoice_id);
create index invoice_by_market on invoice (market_code, period_start, invoice_id);
create index invoice_by_organisation on invoice (organisation_id, period_start, invoice_id);

create table invoice_line (
  invoice_id                 uuid not null references invoice,
  line                       integer not null check (line > 0),
  item_code                  text not null,
  label                      text not null,
  kind                       text not null check (kind in ('ORDERED', 'METERED', 'MINIMUM_COMPLEMENT', 'DIFFERENCE')),
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
  -- The VAT of a difference is the difference of two VATs, up to a cent beside; of all else it is exact (check_invoice_sums).
  check (abs(vat_cents - round(net_cents::numeric * vat_basis_points / 10000)) <= 1)
);

-- The paper as it was issued, kept ten years: what is downloaded is never rendered again (BIL-4).
create table invoice_document (
  invoice_id uuid primary key references invoice,
  media_type text not null check (media_type = 'application/pdf'),
  sha256     text not null,
  content    bytea not null,
  -- The XML of EN 16931 by itself, as it is sent and as it lies in the PDF.
  xml_sha256 text not null,
  xml        bytea not null,
  -- Over the one of the number before in the series, the number and both digests: a paper that is put in, taken out or
  -- exchanged later breaks all after it. The database writes it.
  chain      text not null,
  check (sha256 = encode(sha256(content), 'hex')),
  check (xml_sha256 = encode(sha256(xml), 'hex'))
);
create trigger invoice_document_is_chained before insert on invoice_document
  for each row execute function chain_document();
create trigger invoice_document_is_append_only before update or delete on invoice_document
  for each row execute function refuse_change();
create trigger invoice_document_is_not_emptied before truncate on invoice_document
  for each statement execute function refuse_change();
create constraint trigger invoice_document_is_of_an_issued_one after insert on invoice_document
  deferrable initially deferred for each row execute function issued_with_its_document();

create constraint trigger invoice_series_stands_where_its_invoices_do after insert or update on invoice_series
  deferrable initially deferred for each row execute function series_stands_where_its_invoices_do();
create constraint trigger invoice_number_comes_from_its_series after update on invoice
  deferrable initially deferred for each row when (new.status = 'FINALISED')
  execute function number_comes_from_its_series();
create constraint trigger invoice_is_issued_with_its_document after update on invoice
  deferrable initially deferred for each row when (new.status = 'FINALISED')
  execute function issued_with_its_document();
create constraint trigger correction_rests_on_approval after insert on invoice
  deferrable initially deferred for each row when (new.corrects_id is not null)
  execute function correction_rests_on_approval();
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

create constraint trigger invoice_adds_up after insert or update on invoice
  deferrable initially deferred for each row execute function check_invoice_sums();
create constraint trigger invoice_line_adds_up after insert on invoice_line
  deferrable initially deferred for each row execute function check_invoice_sums();
create constraint trigger invoice_vat_total_adds_up after insert on invoice_vat_total
  deferrable initially deferred for each row execute function check_invoice_sums();

create trigger invoice_line_before_finalising before insert on invoice_line
  for each row execute function refuse_line_of_finalised();
create trigger invoice_line_bears_a_price before insert on invoice_line
  for each row execute function refuse_price_of_nobody();
create trigger invoice_vat_total_before_finalising before insert on invoice_vat_total
  for each row execute function refuse_line_of_finalised();

-- A draft that could not be numbered waits here for somebody to look at it; the others go on (BIL-9).
-- A row lives until its draft has its number.
create table numbering_failure (
  invoice_id uuid primary key references invoice,
  code       text not null,
  detail     text not null,
  failed_on  date not null,
  attempts   integer not null default 1 check (attempts > 0)
);

-- Each draft with the version of its membership up to which its lines are known to hold (BIL-9); a fact that comes
-- after has it looked at again. A row lives as long as the draft.
create table draft_review (
  invoice_id         uuid primary key references invoice,
  membership_version bigint not null,
  -- Of late_usage, as it stood before the usage was read that the lines rest on.
  late_facts         bigint not null
);

-- How often metering told that late facts changed what it had certified of a membership (MTR-3).
create table late_usage (
  membership_id text primary key,
  told          bigint not null check (told > 0)
);

-- What is answered to a draft, the last counts (BIL-9): the member accepts it (service fait) or contests it, the supplier
-- maintains what was contested. Whoever contests has said all: at most one contest and one answer to it.
create table draft_answer (
  invoice_id      uuid not null references invoice,
  position        integer not null check (position between 1 and 3),
  answer          text not null check (answer in ('ACCEPTED', 'CONTESTED', 'MAINTAINED')),
  answered_on     date not null,
  -- As the other side reads it.
  reason          text not null check (length(reason) <= 1000),
  document_id     text,
  document_sha256 text,
  primary key (invoice_id, position),
  check ((answer = 'ACCEPTED') = (reason = '')),
  check ((document_id is null) = (document_sha256 is null)),
  check (document_id is null or answer = 'CONTESTED')
);
create trigger draft_answer_is_guarded before insert on draft_answer
  for each row execute function guard_draft_answer();
create trigger draft_answer_is_append_only before update or delete on draft_answer
  for each row execute function refuse_change();
create trigger draft_answer_is_not_emptied before truncate on draft_answer
  for each statement execute function refuse_change();

-- What became of an issued invoice, as the supplier's accounts say; the last counts. BIL-8 asks whether it is paid; the
-- states of the deposit come beside (BIL-6).
create table settlement (
  invoice_id  uuid not null references invoice,
  position    integer not null check (position between 1 and 20),
  state       text not null check (state in ('PAID', 'REJECTED')),
  settled_on  date not null,
  recorded_on date not null,
  reason      text not null check (length(reason) <= 500),
  primary key (invoice_id, position),
  check (settled_on <= recorded_on),
  check ((state = 'REJECTED') = (reason <> ''))
);
create trigger settlement_is_guarded before insert on settlement
  for each row execute function guard_settlement();
create trigger settlement_is_append_only before update or delete on settlement
  for each row execute function refuse_change();
create trigger settlement_is_not_emptied before truncate on settlement
  for each statement execute function refuse_change();

-- The last invoice of each membership and period, with the version of the membership up to which it was compared with
-- what the facts say, and whether it is to be mended (BIL-8). Version -1: to be compared anew.
create table invoice_review (
  invoice_id         uuid primary key references invoice,
  membership_version bigint not null,
  late_facts         bigint not null,
  reviewed_on        date not null,
  to_mend            boolean not null
);
create index invoice_review_to_mend on invoice_review (invoice_id) where to_mend;
