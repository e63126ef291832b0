-- The console: who is logged in, who looked at whom, and a copy of the others' facts for search and lists.

-- Sessions: the browser holds the identifier, the database its SHA-256.
create table session (
  id_sha256 text primary key,
  user_id text not null,
  -- [{role, market}]: who coordinates one market and reads in another coordinates the one only
  grants jsonb not null,
  organisation_id text,
  uais text[] not null,
  csrf_token text not null,
  -- Refresh token of the issuer and id token for the logout, encrypted.
  secrets bytea not null,
  -- The issuer's name for the login; null where it gives none.
  login_id text,
  -- When the person last proved who they are; null where the issuer does not say.
  logged_in_at timestamptz,
  -- When the issuer last said what stands above, and when the session was last used, to the minute.
  claims_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_expires_at on session (expires_at);

-- Logins that the issuer has ended (back-channel logout): each of its tokens counts once, and a session on its way opens no more.
create table ended_login (
  token_id text primary key,
  login_id text,
  user_id text,
  ended_at timestamptz not null,
  check (login_id is not null or user_id is not null)
);

-- People who use the console (agents), by the name the issuer gave last: to read the journal.
create table agent (
  user_id text primary key,
  name text not null,
  seen_at timestamptz not null default clock_timestamp()
);

-- The journal of looks (SUP-2), a book that is sealed. Subjects are ids, never names.
create table look (
  id bigint generated always as identity primary key,
  recorded_at timestamptz not null default clock_timestamp(),
  user_id text not null,
  roles text[] not null,
  action text not null,
  reason text,
  ticket text,
  -- Code of the problem it was refused with; null: what was asked was shown.
  refusal text,
  subjects text[] not null,
  constraint look_states_a_reason check (reason is not null or refusal is not null)
);
-- As long as the CNIL advises to keep logs of access, at most.
insert into platform.book values ('looks', 'public.look', 365);
create index look_user_id on look (user_id, id);
create index look_subjects on look using gin (subjects);
create index look_recorded_at on look (recorded_at);
create trigger look_is_never_changed before update on look
  for each row execute function platform.refuse_change();
create trigger look_is_kept_until_due before delete on look
  for each row execute function platform.keep_until_due('looks');
create trigger look_is_never_truncated before truncate on look
  for each statement execute function platform.refuse_change();

-- The copy of the directory (SUP-4: short-lived, erased with its tombstone).
create table school (
  uai text primary key,
  name text not null,
  normalised text not null,
  commune text not null,
  insee text not null,
  postal_code text not null,
  revision bigint not null
);
create table person (
  person_id text primary key,
  last_name text not null,
  first_name text not null,
  birth_date date,
  child_ids text[] not null,
  guardian_ids text[] not null,
  revision bigint not null
);
-- Lists of people are read page by page in the order of names.
create index person_names on person (last_name, first_name, person_id);
create table person_word (
  word text not null,
  person_id text not null references person on delete cascade,
  primary key (person_id, word)
);
-- Prefix search without extensions: the operator class makes LIKE 'dup%' an index range in any collation.
create index person_word_prefix on person_word (word text_pattern_ops, person_id);
create table enrolment (
  person_id text not null references person on delete cascade,
  position int not null,
  profile text not null,
  uai text not null,
  starts_on date not null,
  ends_on date,
  class_label text not null,
  level text not null,
  further_classes text[] not null,
  groups text[] not null,
  primary key (person_id, position)
);
create index enrolment_uai on enrolment (uai);

create table account (
  account_id text primary key,
  person_id text not null,
  profile text not null,
  state text not null,
  since date not null,
  uai text not null,
  membership_id text not null,
  failure_code text not null,
  sequence bigint not null
);
create index account_person_id on account (person_id);

create table membership (
  membership_id text primary key,
  organisation_id text not null,
  organisation_name text not null,
  siren text not null,
  market_code text not null,
  status text not null,
  starts_on date,
  ends_on date
);
create table school_financed (
  uai text not null,
  membership_id text not null,
  starts_on date not null,
  ends_on date,
  primary key (uai, membership_id, starts_on)
);

create table seats (
  membership_id text not null,
  item_code text not null,
  on_day date not null,
  ordered bigint not null,
  held bigint not null,
  waiting bigint not null,
  primary key (membership_id, item_code)
);
-- Seats that provisioning foresees to be lost, by school (PRV-7): counts only.
create table seat_loss (
  membership_id text not null,
  item_code text not null,
  on_day date not null,
  uai text not null,
  seats bigint not null,
  primary key (membership_id, item_code, on_day, uai)
);

create table invoice (
  invoice_id text primary key,
  membership_id text not null,
  status text not null,
  number text not null,
  starts_on date not null,
  ends_on date not null,
  issued_on date,
  contestable_until date,
  total_cents bigint not null,
  -- Last said of the draft (BIL-9); empty: nothing.
  answer text not null
);
create index invoice_membership_id on invoice (membership_id);

-- What two persons agreed on for a market, as billing told it: its members are shown it.
create table market_agreement (
  proposal_id text primary key,
  market_code text not null,
  kind text not null check (kind in ('PRICES', 'SUPPLIER_ACCOUNT')),
  approved_on date not null,
  -- Of prices a list, of an account the IBAN and its first day.
  content jsonb not null,
  document_id text not null
);
create index market_agreement_by_market on market_agreement (market_code, approved_on);
