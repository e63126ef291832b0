-- Who may be whom (DIR-2): hashes of sounds and dates by which two people are laid beside each other, of everybody whose
-- state was looked at. They go with the person.
create table blocking_keys (
  person_id uuid primary key references person on delete cascade,
  keys bigint[] not null
);
-- Without a list of what is pending: each look would read all of it.
create index blocking_keys_keys on blocking_keys using gin (keys) with (fastupdate = off);
alter table blocking_keys alter column keys set statistics 0;

-- Who was written since, and has no keys or old ones: taken out when they are made. A list, in which one may be twice.
create table person_to_key (person_id uuid not null);
create trigger person_is_to_be_keyed_anew after update on person
  referencing new table as written for each statement execute function person_is_to_be_keyed();
create trigger person_is_to_be_keyed after insert on person
  referencing new table as written for each statement execute function person_is_to_be_keyed();

-- Two who may be one person (DIR-2): a question, and what a person answered. Asked once.
create table doubtful_pair (
  pair_id uuid primary key default gen_random_uuid(),
  -- Who came, and who was there.
  newcomer_id uuid not null,
  known_id uuid not null check (known_id <> newcomer_id),
  score smallint not null,
  reasons text[] not null,
  found_on date not null,
  -- The plan that found it, before it is applied: until then the newcomer is nobody.
  plan_id uuid,
  answer text check (answer in ('SAME', 'DIFFERENT')),
  answered_by text,
  answered_on date,
  reason text,
  check ((answer is null) = (answered_by is null) and (answer is null) = (answered_on is null)),
  unique (newcomer_id, known_id)
);
create index doubtful_pair_known on doubtful_pair (known_id);
create index doubtful_pair_plan on doubtful_pair (plan_id);
create index doubtful_pair_open on doubtful_pair (score desc, pair_id) where answer is null;

-- What decided that a new identifier means somebody known.
alter table plan_change add column match_score smallint, add column match_reasons text[];
-- People of a plan that were recognised, and those about whom a person is asked.
alter table plan_school add column matched bigint not null default 0, add column doubtful bigint not null default 0;
