-- What each source says is kept apart from the person derived from it (DIR-5): one source never ends what another states.
-- Sorted by bytes: a language's order costs several times as much.
create table stated_structure (
  source text collate "C" not null references declared_source,
  uai text collate "C" not null,
  source_key text collate "C" not null,
  name text not null,
  insee text not null,
  commune text not null,
  postal_code text not null,
  is_public boolean not null,
  classes jsonb not null,
  digest uuid not null,
  dated_on date not null,
  primary key (source, uai)
);

create table stated_person (
  source text collate "C" not null references declared_source,
  source_key text collate "C" not null,
  person_id uuid not null,
  -- 1 pupil, 2 guardian, 3 staff: the first where one key stands for two.
  entity smallint not null,
  last_name text not null,
  first_name text not null,
  birth_date date,
  ine_hash text,
  -- Of all that the source says of the key: names, places, links.
  digest uuid not null,
  dated_on date not null,
  primary key (source, source_key)
);
create index stated_person_person on stated_person (person_id);

create table stated_place (
  source text collate "C" not null,
  source_key text collate "C" not null,
  profile text collate "C" not null,
  uai text collate "C" not null,
  class_id text not null,
  class_label text not null,
  level text not null,
  is_head boolean not null,
  entered_on date,
  primary key (source, source_key, profile, uai)
);

create table stated_link (
  source text collate "C" not null,
  child_key text collate "C" not null,
  guardian_key text collate "C" not null,
  relation text not null,
  primary key (source, child_key, guardian_key)
);

-- A delivery as it was read, once (DIR-3): what is planned and applied comes from here, and the files may go. It goes
-- itself when its import has ended (SUP-4).
create table delivered_structure (
  import_id uuid not null references directory_import,
  uai text collate "C" not null,
  source_key text collate "C" not null,
  name text not null,
  insee text not null,
  commune text not null,
  postal_code text not null,
  is_public boolean not null,
  classes jsonb not null,
  digest uuid not null,
  primary key (import_id, uai)
);

create table delivered_person (
  import_id uuid not null,
  source_key text collate "C" not null,
  entity smallint not null,
  last_name text not null,
  first_name text not null,
  birth_date date,
  ine_hash text,
  digest uuid not null,
  primary key (import_id, source_key)
);

create table delivered_place (
  import_id uuid not null,
  source_key text collate "C" not null,
  profile text collate "C" not null,
  uai text collate "C" not null,
  class_id text not null,
  class_label text not null,
  level text not null,
  is_head boolean not null,
  entered_on date,
  primary key (import_id, source_key, profile, uai)
);

create table delivered_link (
  import_id uuid not null,
  child_key text collate "C" not null,
  guardian_key text collate "C" not null,
  relation text not null,
  primary key (import_id, child_key, guardian_key)
);

-- What an import would change (DIR-3), with the digest of what it was made from and the state it was made against.
create table plan (
  plan_id uuid primary key,
  import_id uuid not null references directory_import,
  number integer not null check (number > 0),
  -- STALE: source or directory moved, another plan was made from the same delivery.
  state text not null check (state in ('CURRENT', 'STALE')),
  season text not null,
  made_on date not null,
  expires_on date not null,
  content_digest uuid not null,
  changes_digest uuid not null,
  -- Parts of plans that the directory had taken when this one was made.
  directory_version bigint not null,
  held_whole boolean not null,
  present bigint not null,
  added bigint not null,
  changed bigint not null,
  identities bigint not null,
  ended bigint not null,
  returned bigint not null,
  unique (import_id, number)
);

create table plan_change (
  plan_id uuid not null,
  seq bigint not null,
  source_key text collate "C" not null,
  person_id uuid not null,
  kind text not null check (kind in ('NEW', 'CHANGE', 'IDENTITY', 'RETURN', 'END')),
  reason text not null,
  -- Every school where the person is, before or after: one that is held keeps the change waiting.
  uais text[] not null,
  digest_before uuid,
  digest_after uuid,
  revision_before bigint,
  -- The part of the plan that it is applied with; null while it waits.
  part integer,
  primary key (plan_id, seq)
);

-- The plan is written last, with the digest of its changes, and then stays.
create table plan_school (
  plan_id uuid not null references plan deferrable initially deferred,
  uai text collate "C" not null,
  present bigint not null,
  added bigint not null,
  changed bigint not null,
  identities bigint not null,
  ended bigint not null,
  returned bigint not null,
  -- Of this school's changes: an approval holds as long as they are the same.
  digest uuid not null,
  structure_before uuid,
  structure_after uuid,
  state text not null
    check (state in ('RELEASED', 'HELD', 'APPROVED', 'REJECTED', 'EXPIRED', 'REPLACED', 'OLDER')),
  part integer,
  decided_by text,
  decided_on date,
  reason text,
  primary key (plan_id, uai)
);

-- What is applied together, and told together: ImportCompleted bears its id (PRV-2).
create table plan_part (
  part_id uuid primary key,
  plan_id uuid not null references plan,
  number integer not null,
  next_seq bigint not null default 0,
  schools_applied boolean not null default false,
  person_events bigint not null default 0,
  structure_events bigint not null default 0,
  completed boolean not null default false,
  unique (plan_id, number)
);

-- The day of the last data applied of a source, school by school: older data are refused.
create table applied_school (
  source text collate "C" not null references declared_source,
  uai text collate "C" not null,
  dated_on date not null,
  primary key (source, uai)
);

alter table directory_import drop column approved_by, drop column structure_events,
  -- Once its delivery is kept whole; its files are needed no more.
  add column delivered_on date,
  add column content_digest uuid,
  drop constraint directory_import_state_check,
  alter column dated_on type date using dated_on::date,
  add constraint directory_import_state_check
    check (state in ('READING', 'PLANNED', 'HELD', 'APPLYING', 'COMPLETED', 'REFUSED', 'FAILED'));
alter table person drop column content_hash;

create trigger delivery_is_sealed_insert after insert on delivered_structure
  referencing new table as touched for each statement execute function delivery_is_sealed();
create trigger delivery_is_sealed_insert after insert on delivered_person
  referencing new table as touched for each statement execute function delivery_is_sealed();
create trigger delivery_is_sealed_insert after insert on delivered_place
  referencing new table as touched for each statement execute function delivery_is_sealed();
create trigger delivery_is_sealed_insert after insert on delivered_link
  referencing new table as touched for each statement execute function delivery_is_sealed();
create trigger delivery_is_kept after delete on delivered_structure
  referencing old table as touched for each statement execute function delivery_is_kept();
create trigger delivery_is_kept after delete on delivered_person
  referencing old table as touched for each statement execute function delivery_is_kept();
create trigger delivery_is_kept after delete on delivered_place
  referencing old table as touched for each statement execute function delivery_is_kept();
create trigger delivery_is_kept after delete on delivered_link
  referencing old table as touched for each statement execute function delivery_is_kept();
create trigger plan_change_is_fixed before update on plan_change
  for each row execute function plan_change_is_fixed();
