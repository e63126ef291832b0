-- Work waits for hours at most: what says that it waits longer was written by nobody of ours, and would keep a block or an
-- erasure from the ENT without a word.
create trigger ent_task_waits_a_while before insert or update on ent_task for each row
  when (new.not_before > now() + interval '1 day' or new.file_until > now() + interval '1 hour'
    or new.tried_at > now() + interval '1 minute' or new.queued_at > now() + interval '1 minute')
  execute function ent_task_waits_a_while();
-- Who was tried to be made is looked for since then.
create trigger ent_task_was_tried before update on ent_task for each row
  when (old.tried_at is not null and (new.tried_at is null or new.tried_at < old.tried_at))
  execute function ent_task_was_tried();
-- Nobody waits for the turn of a retry that has ended: the account could be in no other, and no day would be quiet.
create trigger ent_retry_account_takes_its_turn before insert or update on ent_retry_account for each row
  execute function ent_retry_account_takes_its_turn();
create trigger ent_retry_ends_once before update on ent_retry for each row execute function ent_retry_ends_once();
create trigger ent_retry_is_kept before delete on ent_retry for each row execute function ent_retry_is_kept();
