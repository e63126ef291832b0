-- Two people who were one (DIR-2): whose identifiers lead to whom since, and all that it takes to undo it exactly. It goes
-- with either of them.
create table person_merge (
  merge_id uuid primary key,
  pair_id uuid not null,
  survivor_id uuid not null,
  absorbed_id uuid not null,
  merged_on date not null,
  -- A person, or the import that recognised a newcomer by score: the absorbed one never was anybody, and is kept nowhere else.
  merged_by text not null,
  by_import boolean not null default false,
  absorbed_person jsonb,
  -- Before: [{ "profile", "uai", "startsOn", "endsOn", … }].
  survivor_places jsonb not null,
  absorbed_places jsonb not null,
  -- What the identifiers of either stated: ["PROFILE UAI"].
  survivor_stated text[] not null,
  absorbed_stated text[] not null,
  -- Who the survivor was, as a row of person: nobody may state it any more when the merge is undone. Gone with the undoing.
  survivor_person jsonb,
  -- On which day they said it no more: { "SURVIVOR PROFILE UAI": day }, or ABSORBED.
  ended_places jsonb not null default '{}',
  survivor_ine text,
  absorbed_ine text,
  survivor_left_on date,
  absorbed_left_on date,
  undone_on date,
  undone_by text,
  check ((undone_on is null) = (undone_by is null))
);
create index person_merge_survivor on person_merge (survivor_id);
create unique index person_merge_standing on person_merge (absorbed_id) where undone_on is null;
create index person_merge_absorbed on person_merge (absorbed_id);
create index person_merge_newest on person_merge (merged_on desc, merge_id);
create index person_merge_answered on person_merge (merged_on desc, merge_id) where not by_import;

create table merged_key (
  merge_id uuid not null references person_merge on delete cascade,
  source text collate "C" not null,
  source_key text collate "C" not null,
  primary key (merge_id, source, source_key)
);

-- The guardians that either had as a child then: whoever leaves while the two are one is linked to them when it is undone.
-- The key: of a guardian whom the same import states, and who may be parted from somebody first.
create table merged_link (
  merge_id uuid not null references person_merge on delete cascade,
  child_id uuid not null,
  guardian_id uuid not null,
  relation text not null,
  source text,
  guardian_key text,
  primary key (merge_id, child_id, guardian_id)
);
create index merged_link_guardian on merged_link (guardian_id);
create index merged_key_key on merged_key (source, source_key);

-- Both sides and what agrees say why.
alter table doubtful_pair drop column reason;

create trigger enrolment_goes_with_its_person before delete on enrolment
  for each row execute function enrolment_goes_with_its_person();
