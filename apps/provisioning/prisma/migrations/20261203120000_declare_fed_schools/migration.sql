create extension if not exists btree_gist;

-- Schools that an academy's own feed fills (PRV-9): half-open local dates, no two periods of one school on one day.
create table fed_school (
  fed_school_id uuid primary key,
  uai text not null,
  -- Prefix of the academy's identifiers in the ENT: NANTES.
  academy text not null check (academy ~ '^[A-Za-z0-9-]{1,40}$'),
  starts_on date not null,
  -- The first day without the feed; null: not known.
  ends_on date,
  declared_by text not null,
  declared_on date not null,
  reason text not null,
  ended_by text,
  end_reason text,
  -- Instant of the last comparison whose lists were believed.
  compared_at timestamptz,
  constraint fed_school_has_a_period check (ends_on is null or ends_on >= starts_on),
  constraint fed_school_is_ended_by_somebody check ((ended_by is null) = (end_reason is null) and (ends_on is null) = (ended_by is null)),
  constraint fed_school_is_fed_once exclude using gist (uai with =, daterange(starts_on, ends_on) with &&)
);
create index fed_school_starts on fed_school (starts_on);
create index fed_school_ends on fed_school (ends_on);

-- Guardian links that stood in a fed school although the directory does not state them, until the ENT cut them again.
create table link_exposure (
  relative_account_id uuid not null references account,
  student_account_id uuid not null references account,
  uai text not null,
  -- The comparison before, which had not found it; null: there was none.
  absent_at timestamptz,
  found_at timestamptz not null default clock_timestamp(),
  cut_at timestamptz,
  primary key (relative_account_id, student_account_id, found_at),
  constraint link_exposure_is_cut_later check (cut_at is null or cut_at >= found_at)
);
create unique index link_exposure_open on link_exposure (relative_account_id, student_account_id) where cut_at is null;
create index link_exposure_found on link_exposure (found_at);
create index link_exposure_school on link_exposure (uai) where cut_at is null;
