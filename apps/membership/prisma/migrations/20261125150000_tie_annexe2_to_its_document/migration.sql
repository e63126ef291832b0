-- What a transcription was compared with, and that neither it nor its lines change afterwards (COM-1).
alter table annexe2
  add column signed_document_id text references document,
  add column signed_sha256 text check (signed_sha256 ~ '^[0-9a-f]{64}$'),
  add constraint annexe2_names_its_document check ((signed_document_id is null) = (signed_sha256 is null)),
  add constraint annexe2_is_compared_by_verifying check (signed_document_id is null or verified_by is not null);

-- One change is allowed: from unverified to verified, once.
create function annexe2_is_only_verified() returns trigger language plpgsql as $$
begin
  if old.verified_by is not null or new.verified_by is null
     or (new.id, new.membership_id, new.sha256, new.file_name, new.dated_on, new.imported_by, new.imported_on)
        is distinct from
        (old.id, old.membership_id, old.sha256, old.file_name, old.dated_on, old.imported_by, old.imported_on) then
    raise exception 'a transcription of annex 2 is verified once, and never changed' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger annexe2_is_only_verified before update on annexe2
  for each row execute function annexe2_is_only_verified();
create trigger annexe2_is_never_deleted before delete on annexe2
  for each row execute function platform.refuse_change();
create trigger annexe2_is_never_truncated before truncate on annexe2
  for each statement execute function platform.refuse_change();
create trigger annexe2_line_is_append_only before update or delete on annexe2_line
  for each row execute function platform.refuse_change();
create trigger annexe2_line_is_never_truncated before truncate on annexe2_line
  for each statement execute function platform.refuse_change();
