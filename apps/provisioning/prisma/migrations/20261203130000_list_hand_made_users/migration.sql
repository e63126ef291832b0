-- Users created by hand in the ENT, in classes of ours, as the last comparison of their school found them. Personal data
-- of people whom the directory does not have: a user that a comparison no longer finds is erased.
create table ent_hand_made_user (
  uai text not null,
  ent_id text not null,
  -- In our words; empty: a profile that we never make.
  profile text not null,
  first_name text not null check (length(first_name) <= 100),
  last_name text not null check (length(last_name) <= 100),
  ent_class_id text not null,
  class_label text not null,
  found_on date not null,
  -- Day of the last comparison.
  seen_on date not null check (seen_on >= found_on),
  -- Users that this comparison found in the school.
  of_school integer not null check (of_school > 0),
  primary key (uai, ent_id)
);
create index ent_hand_made_user_seen on ent_hand_made_user (seen_on);
