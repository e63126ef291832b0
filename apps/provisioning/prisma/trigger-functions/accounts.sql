-- Who is deleted needs no place in a list or class any more (SUP-4); the login is needed no longer than the ENT has it.
create or replace function forget_deleted_account() returns trigger language plpgsql as $$
begin
  new.source_key := '';
  new.class_label := '';
  new.class_level := '';
  new.ent_identity := null;
  new.ent_mail := null;
  delete from ent_place where account_id = new.account_id;
  if new.ent_removed or new.ent_id is null then
    new.login := null;
  end if;
  -- By it a creation without an answer is still to be found.
  if new.ent_removed or (new.ent_id is null and not exists (
      select from ent_task t where t.account_id = new.account_id and t.attempts > 0)) then
    new.ent_external_id := null;
  end if;
  return new;
end $$;
