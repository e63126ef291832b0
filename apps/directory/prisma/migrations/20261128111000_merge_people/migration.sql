-- Two people who were one (DIR-2): whose identifiers lead to whom since. It goes with either of them.
create table person_merge (
  merge_id uuid primary key,
  pair_id uuid not null,
  survivor_id uuid not null,
  absorbed_id uuid not null,
  merged_on date not null,
  -- A person, or the import that recognised a newcomer by score: the absorbed one never was anybody.
  merged_by text not null,
  by_import boolean not null default false,
  -- Its place among merges and what sources said between them (stated_before).
  step bigint not null,
  -- Schools where the absorbed one was, or came: whose head may part them.
  absorbed_uais text[] not null,
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

create index merged_key_key on merged_key (source, source_key);

-- The order of merges, and of what sources say of who is merged.
create sequence merge_step;

-- Who each of the two was before the first of the merges that stand: what has been said since is laid over it when one of
-- them is undone. Whom an import took for the survivor was nobody, and has none.
create table person_side (
  person_id uuid primary key references person on delete cascade,
  step bigint not null,
  -- A row of person.
  person jsonb not null,
  -- [{ "profile", "uai", "startsOn", "endsOn", … }].
  places jsonb not null
);
create index person_side_step on person_side (step);

-- The guardians that it had then as a child.
create table side_link (
  person_id uuid not null references person_side on delete cascade,
  guardian_id uuid not null,
  relation text not null,
  primary key (person_id, guardian_id)
);
create index side_link_guardian on side_link (guardian_id);

-- What a source said of an identifier until that step, where it leads to somebody merged, or to a child that leaves one;
-- null: nothing. Gone with the merges that it is kept for.
create table stated_before (
  source text collate "C" not null,
  source_key text collate "C" not null,
  step bigint not null,
  -- On which it came to say what it says from then on.
  replaced_on date not null,
  statement jsonb,
  primary key (source, source_key, step)
);
create index stated_before_step on stated_before (step);

-- Both sides and what agrees say why.
alter table doubtful_pair drop column reason,
  -- The merge because of which it is asked: unanswered, it goes with the undoing.
  add column asked_for_merge uuid;
create index doubtful_pair_for_merge on doubtful_pair (asked_for_merge) where asked_for_merge is not null;

create trigger enrolment_goes_with_its_person before delete on enrolment
  for each row execute function enrolment_goes_with_its_person();
