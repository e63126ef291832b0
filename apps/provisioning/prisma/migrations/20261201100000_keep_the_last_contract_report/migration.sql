-- What the ENT was last found to do beside its reference (`ent contract`): one report, the newest. No answer of it, only
-- what was made of it: statuses, kinds and counts.
create table ent_contract (
  is_the_one boolean primary key default true check (is_the_one),
  address text not null check (address <> ''),
  level text not null check (level in ('READING', 'WRITING', 'SIMULATOR')),
  ran_at timestamptz not null,
  recorded_on date not null,
  -- User id.
  recorded_by text not null check (recorded_by <> ''),
  confirmed integer not null check (confirmed >= 0),
  -- People of the run who are still there.
  left_there integer not null check (left_there >= 0),
  -- Those that are different or unknown.
  cases jsonb not null check (jsonb_typeof(cases) = 'array')
);
