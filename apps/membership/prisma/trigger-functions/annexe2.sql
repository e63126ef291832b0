-- One change is allowed: from unverified to verified, once.
create or replace function annexe2_is_only_verified() returns trigger language plpgsql as $$
begin
  if old.verified_by is not null or new.verified_by is null
     or (new.id, new.membership_id, new.sha256, new.file_name, new.dated_on, new.imported_by, new.imported_on)
        is distinct from
        (old.id, old.membership_id, old.sha256, old.file_name, old.dated_on, old.imported_by, old.imported_on) then
    raise exception 'a transcription of annex 2 is verified once, and never changed' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
