-- Sources that deliver changes between their full exports: a change means something only beside what was said before.
alter table declared_source
  add column delivers_deltas boolean not null default false,
  -- The day up to which what it says is held; null before its first full export.
  add column held_on date;

-- What such a source says of each entity, as it delivered it last, also where nothing of it is applied yet. No INE.
create table held_statement (
  source text collate "C" not null references declared_source,
  -- 0 school, 1 pupil, 2 guardian, 3 staff.
  entity smallint not null,
  source_key text collate "C" not null,
  ine_hash text,
  attributes jsonb not null,
  -- Keys of the schools and guardians that it names.
  refers text[] collate "C" not null,
  primary key (source, entity, source_key)
);
create index held_statement_refers on held_statement using gin (refers);

alter table directory_import
  add column extent text not null default 'FULL' check (extent in ('FULL', 'DELTA')),
  drop constraint directory_import_scope_check,
  add constraint directory_import_scope_check check (scope in ('SOURCE', 'SCHOOLS', 'KEYS'));

-- Keys that a delta speaks of, and of which nothing is said any more.
create table delivered_absence (
  import_id uuid not null,
  source_key text collate "C" not null,
  primary key (import_id, source_key)
);
create trigger delivery_is_sealed_insert after insert on delivered_absence
  referencing new table as touched for each statement execute function delivery_is_sealed();
create trigger delivery_is_kept after delete on delivered_absence
  referencing old table as touched for each statement execute function delivery_is_kept();

-- Who is in a class or a school by one source: a change touches a few of them.
create index stated_place_school on stated_place (source, uai, class_id);
