-- Schools as the academy states them.
create table structure (
  uai text primary key,
  source_key text not null,
  name text not null,
  insee text not null,
  commune text not null,
  postal_code text not null,
  is_public boolean not null,
  -- [{ "classId", "label", "levels": [] }], ordered.
  classes jsonb not null,
  content_hash uuid not null,
  revision bigint not null check (revision > 0),
  import_id uuid not null
);

-- One row per human being (DIR-2). The only home of their names (SUP-4).
create table person (
  person_id uuid primary key,
  source text not null,
  source_key text not null,
  last_name text not null,
  first_name text not null,
  birth_date date,
  -- HMAC of the INE: matches, and says nothing. By bytes, as what is delivered: an index is of one order.
  ine_hash text collate "C",
  -- Of the source's last statement with its links resolved; null once the source no longer names the person.
  content_hash uuid,
  revision bigint not null check (revision > 0),
  -- The import of the latest change; null when a day made it (an erased relative).
  import_id uuid,
  -- Day the last enrolment ended; null while one is current.
  left_on date
);
create index person_ine_hash on person (ine_hash) where ine_hash is not null;
create index person_left_on on person (left_on) where left_on is not null;

-- Identifiers of a source that mean a person; kept from the first plan on, so that an interrupted import gives the same ids.
create table person_key (
  source text collate "C" not null,
  source_key text collate "C" not null,
  person_id uuid not null,
  primary key (source, source_key)
);
create index person_key_person on person_key (person_id);

-- One person in one school with one profile, dated [starts_on, ends_on).
create table enrolment (
  person_id uuid not null references person on delete cascade,
  profile text not null check (profile in ('STUDENT', 'RELATIVE', 'TEACHER', 'PERSONNEL')),
  uai text not null references structure,
  starts_on date not null,
  ends_on date check (ends_on >= starts_on),
  class_id text not null default '',
  class_label text not null default '',
  level text not null default '',
  is_head boolean not null default false,
  primary key (person_id, profile, uai, starts_on)
);
create unique index enrolment_current on enrolment (person_id, profile, uai) where ends_on is null;
create index enrolment_of_school on enrolment (uai, profile) where ends_on is null;
create trigger enrolment_keeps_its_past before update on enrolment
  for each row when (old.ends_on is not null) execute function enrolment_keeps_its_past();
create trigger person_is_erased_after_leaving before delete on person
  for each row execute function person_is_erased_after_leaving();

-- No foreign key to person: a child is applied before its guardians.
create table guardian_link (
  child_id uuid not null,
  guardian_id uuid not null,
  relation text not null,
  primary key (child_id, guardian_id)
);
create index guardian_link_guardian on guardian_link (guardian_id);

create table directory_import (
  import_id uuid primary key,
  folder text not null,
  fingerprint text not null,
  source text not null,
  dated_on text not null,
  state text not null check (state in ('READING', 'PLANNED', 'HELD', 'APPLYING', 'COMPLETED', 'REFUSED')),
  -- Business date of the import: leavers leave on it, whenever the work is done.
  started_on date not null,
  started_at timestamptz not null default now(),
  entries_read bigint not null default 0,
  people_planned bigint not null default 0,
  people_applied bigint not null default 0,
  people_created bigint not null default 0,
  people_changed bigint not null default 0,
  people_removed bigint not null default 0,
  structures bigint not null default 0,
  structure_events bigint not null default 0,
  approved_by text,
  attempts integer not null default 0,
  unique (folder, fingerprint)
);
create index directory_import_order on directory_import (started_at, import_id);

create table import_remark (
  import_id uuid not null references directory_import,
  code text not null,
  message text not null,
  count bigint not null,
  primary key (import_id, code)
);
