create trigger person_leaves_today_or_later before update of left_on on person
  for each row when (new.left_on is not null and new.left_on is distinct from old.left_on) execute function person_leaves_today();
create trigger person_comes_without_leaving before insert on person
  for each row when (new.left_on is not null) execute function person_leaves_today();
create trigger erasure_is_of_a_leaver after insert on erasure
  referencing new table as added for each statement execute function erasure_is_of_a_leaver();
create trigger erasure_is_kept before delete on erasure for each row execute function platform.refuse_change();
create trigger erasure_is_never_truncated before truncate on erasure
  for each statement execute function platform.refuse_change();
create trigger person_is_never_truncated before truncate on person
  for each statement execute function platform.refuse_change();

-- What each proof of an erasure found (SUP-4): added and never changed.
create table erasure_proof (
  person_id uuid not null references erasure,
  proved_at timestamptz not null,
  unexpected integer not null check (unexpected >= 0),
  held_until date,
  primary key (person_id, proved_at)
);
create trigger erasure_proof_is_append_only before update or delete on erasure_proof
  for each row execute function platform.refuse_change();
create trigger erasure_proof_is_never_truncated before truncate on erasure_proof
  for each statement execute function platform.refuse_change();
create trigger erasure_bears_its_newest_proof after insert on erasure_proof
  referencing new table as added for each statement execute function erasure_bears_its_newest_proof();

-- The day of the service on which a source came to say something else: a person leaves on it, also where a merge is undone.
alter table stated_before add column recorded_on date not null default platform.business_date();
