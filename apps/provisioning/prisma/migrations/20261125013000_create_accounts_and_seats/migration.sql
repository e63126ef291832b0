-- ── Copies of the others' facts ──────────────────────────────────────────────────────────────────
create table market (
  market_code text primary key,
  version integer not null,
  grace_days integer not null check (grace_days between 0 and 92),
  -- What it says of who finds no seat (PRV-2).
  over_quota text not null default 'WAIT' check (over_quota in ('WAIT', 'DRAFT_ORDER', 'TOLERATE')),
  tolerance_days integer not null default 0 check (tolerance_days between 0 and 366),
  tolerance_percent integer not null default 0 check (tolerance_percent between 0 and 100),
  constraint market_tolerance_has_its_terms
    check ((over_quota = 'TOLERATE') = (tolerance_days > 0 and tolerance_percent > 0))
);
create table market_item (
  market_code text not null references market,
  item_code text not null,
  profile text not null,
  primary key (market_code, item_code)
);
create table market_way_in (
  market_code text not null references market,
  profile text not null,
  way text not null check (way in ('LOCAL', 'ACADEMIC_SSO', 'EDUCONNECT')),
  primary key (market_code, profile)
);
create table membership (
  membership_id text primary key,
  organisation_id text not null,
  market_code text not null references market,
  -- In force on [starts_on, ends_on).
  starts_on date not null,
  ends_on date not null,
  -- The user who recorded the end; '': nobody has.
  ended_by text not null default ''
);
create index membership_organisation on membership (organisation_id);
create table order_line (
  order_id text not null,
  line integer not null,
  membership_id text not null,
  item_code text not null,
  effective_from date not null,
  delta bigint not null check (delta <> 0),
  primary key (order_id, line)
);
create index order_line_pool on order_line (membership_id, item_code, effective_from);
create index order_line_day on order_line (effective_from);
create trigger order_line_is_append_only before update or delete on order_line
  for each row execute function platform.refuse_change();
create trigger order_line_is_never_truncated before truncate on order_line
  for each statement execute function platform.refuse_change();

-- A school is financed on [starts_on, ends_on), by one membership at a time (SCH-1).
create table school_financing (
  uai text not null,
  membership_id text not null,
  starts_on date not null,
  ends_on date,
  -- A transfer has two halves that come in any order (SCH-2, ADH-5). While the second is not here, nobody of the
  -- school is assessed for it, and the seats of the membership that gives are left alone: what takes them away
  -- (its order, its end) may be here already.
  awaits_transfer boolean not null default false,
  ended_by text not null default '',
  primary key (uai, membership_id, starts_on)
);
create index school_financing_membership on school_financing (membership_id);
create index school_financing_starts on school_financing (starts_on);
create index school_financing_ends on school_financing (ends_on);
create index school_financing_awaits on school_financing (membership_id) where awaits_transfer;

create table school (
  uai text primary key,
  name text not null,
  revision bigint not null
);

-- The personal copy (SUP-4): what the ENT needs to know, erased with the person.
create table person (
  person_id uuid primary key,
  last_name text not null,
  first_name text not null,
  birth_date text not null,
  source_key text not null,
  revision bigint not null,
  child_ids uuid[] not null default '{}'
);
create index person_children on person using gin (child_ids);
create table person_enrolment (
  person_id uuid not null references person on delete cascade,
  ordinal integer not null,
  profile text not null,
  uai text not null,
  starts_on date not null,
  ends_on date,
  class_label text not null,
  level text not null,
  primary key (person_id, ordinal)
);
create index person_enrolment_school on person_enrolment (uai);
create index person_enrolment_starts on person_enrolment (starts_on);
create index person_enrolment_ends on person_enrolment (ends_on) where ends_on is not null;

-- An import is settled when as many person events as it states are consumed, or a later one is complete (PRV-2).
create table import_progress (
  import_id text primary key,
  consumed bigint not null default 0,
  expected bigint,
  first_seen_on date not null,
  completion_order bigint,
  settled boolean not null default false
);
create sequence import_completion_order;

-- ── Work that is due, each with the day whose effect it is ───────────────────────────────────────
create table person_mark (
  person_id uuid not null,
  due_on date not null,
  -- Waits until this import is settled; empty: may be assessed.
  import_id text not null,
  cause text not null,
  primary key (person_id, due_on, import_id)
);
create index person_mark_due on person_mark (due_on, person_id) where import_id = '';
create index person_mark_import on person_mark (import_id) where import_id <> '';
create table pool_mark (
  membership_id text not null,
  item_code text not null,
  due_on date not null,
  cause text not null,
  primary key (membership_id, item_code, due_on)
);
create table structure_reading (
  uai text primary key,
  attempts integer not null default 0,
  not_before timestamptz not null default now()
);

-- ── Accounts and seats ───────────────────────────────────────────────────────────────────────────
create table seat_pool (
  membership_id text not null,
  item_code text not null,
  -- O(d) on the day the pool stands at.
  ordered bigint not null default 0 check (ordered >= 0),
  -- Accounts that hold a seat: kept by the trigger on account, never written by hand.
  held bigint not null default 0 check (held >= 0),
  stands_on date,
  -- Seats that may be held beyond O on the day the pool stands at: written by the allotment with O itself.
  tolerance bigint not null default 0 check (tolerance >= 0),
  -- First day of the overrun under way; kept when its days are over, until O suffices for everybody.
  over_since date,
  primary key (membership_id, item_code),
  constraint seats_held_within_order check (held <= ordered + tolerance)
);
create index seat_pool_over on seat_pool (over_since) where over_since is not null;

create trigger seat_pool_follows_its_books before insert or update on seat_pool
  for each row execute function guard_seat_pool();
create trigger seat_pool_is_never_removed before delete or truncate on seat_pool
  for each statement execute function platform.refuse_change();

create table account (
  account_id uuid primary key,
  person_id uuid not null,
  profile text not null,
  state text not null check (state in ('REQUESTED', 'WAITING_SEAT', 'PROVISIONING', 'PROVISIONED', 'ACTIVATED',
                                       'SUSPENDED', 'CLOSING', 'DELETED', 'FAILED')),
  since date not null,
  -- Transitions and moves so far, without gap.
  sequence bigint not null check (sequence > 0),
  -- Home school, the membership that finances it, and the item whose seat it needs ('' : none).
  uai text not null,
  membership_id text not null,
  item_code text not null,
  -- Order of waiting lists (PRV-2).
  entry_on date not null,
  source_key text not null,
  class_label text not null,
  class_level text not null default '',
  -- The last open state; null: never open.
  open_state text check (open_state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED')),
  activated boolean not null default false,
  closing_ends_on date,
  failure_code text not null default '',
  -- A place asked for that needs a seat of another pool.
  next_uai text,
  next_membership_id text,
  next_item_code text,
  next_class_label text,
  next_class_level text,
  -- What the ENT has. The login goes with the account (it is made of the name).
  ent_id text unique,
  login text,
  ent_blocked boolean not null default false,
  ent_removed boolean not null default false,
  holds_seat boolean not null generated always as
    (item_code <> '' and state in ('PROVISIONING', 'PROVISIONED', 'ACTIVATED', 'SUSPENDED', 'FAILED')) stored
);
create unique index account_one_per_person_and_profile on account (person_id, profile) where state <> 'DELETED';
create index account_school on account (uai, account_id);
create index account_person on account (person_id);
create index account_login on account (login text_pattern_ops) where login is not null;
create index account_waiting on account (membership_id, item_code, entry_on, source_key, account_id)
  where item_code <> '' and state in ('REQUESTED', 'WAITING_SEAT');
-- The latest enrolled by school are counted from the index alone (PRV-7).
create index account_holders on account (membership_id, item_code, entry_on, source_key, account_id)
  include (uai) where holds_seat;
-- MKT-5: which pools have holders who ask for a seat elsewhere, answered from the index alone.
create index account_leavers on account (membership_id, item_code) where holds_seat and next_membership_id is not null;
create index account_next on account (next_membership_id, next_item_code) where next_membership_id is not null;
create index account_closing on account (closing_ends_on) where state = 'CLOSING';
create index account_inactive on account (uai) where state = 'PROVISIONED';

create trigger account_seats_inserted after insert on account
  referencing new table as after_rows for each statement execute function keep_seats_held_inserted();
create trigger account_seats_updated after update on account
  referencing old table as before_rows new table as after_rows
  for each statement execute function keep_seats_held();
create trigger account_deleted_is_forgotten before insert or update on account
  for each row when (new.state = 'DELETED') execute function forget_deleted_account();
create trigger account_is_never_removed before delete or truncate on account
  for each statement execute function platform.refuse_change();

create table account_transition (
  account_id uuid not null references account,
  sequence bigint not null check (sequence > 0),
  -- '' : the beginning. The same state twice: a move.
  from_state text not null,
  to_state text not null,
  effective_on date not null,
  cause text not null check (cause in ('IMPORT', 'ORDER', 'OPERATOR', 'RECONCILIATION', 'ENT', 'DAY', 'MEMBERSHIP')),
  uai text not null,
  membership_id text not null,
  item_code text not null,
  failure_code text not null default '',
  decided_by text not null default '',
  reason text not null default '',
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (account_id, sequence)
);
create trigger account_transition_is_append_only before update or delete on account_transition
  for each row execute function platform.refuse_change();
create trigger account_transition_is_never_truncated before truncate on account_transition
  for each statement execute function platform.refuse_change();

-- ── What was told last, so that it is told again only when its figures change ────────────────────
create table seat_notice (
  membership_id text not null,
  item_code text not null,
  kind text not null check (kind in ('ALLOTTED', 'TOLERATED', 'LOSS_FORESEEN')),
  -- TOLERATED: first day of the overrun. LOSS_FORESEEN: day of the loss. ALLOTTED: ''.
  about text not null,
  figures text not null,
  primary key (membership_id, item_code, kind, about)
);

-- ── The ENT ──────────────────────────────────────────────────────────────────────────────────────
create table ent_structure (
  uai text primary key,
  ent_id text not null
);
create table ent_class (
  uai text not null,
  label text not null,
  ent_id text not null,
  primary key (uai, label)
);
create table ent_link (
  relative_account_id uuid not null references account,
  student_account_id uuid not null references account,
  linked boolean not null,
  primary key (relative_account_id, student_account_id)
);
-- What is to be done there: the account says what, the row says that and when.
create table ent_task (
  account_id uuid primary key references account,
  priority integer not null,
  -- Times a call may have been made; above 0 the ENT may know the account without our knowing.
  attempts integer not null default 0,
  faults integer not null default 0,
  not_before timestamptz not null default now(),
  queued_at timestamptz,
  -- To be made with its school's file, and not by a call of its own.
  by_file boolean not null default false,
  -- What the ENT last refused; the row stays, and is tried again each day until it is done.
  refused_code text not null default ''
);
create index ent_task_by_file on ent_task (account_id) where by_file;
create index ent_task_due on ent_task (priority, not_before) where queued_at is null;

-- Up to which day everything is told (first day that is not); one row, moved forward only.
create table days_told (
  id     boolean primary key default true check (id),
  before date not null default '1900-01-01'
);
insert into days_told default values;
create trigger days_told_go_forward before update or delete on days_told
  for each row execute function days_told_go_forward();
