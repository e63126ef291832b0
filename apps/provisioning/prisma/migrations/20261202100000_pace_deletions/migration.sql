-- Deletions are taken apart from all other work, so many a second (`DeletionPace`).
drop index ent_task_due;
create index ent_task_due on ent_task (priority, not_before)
  where queued_at is null and gate = 'OPEN' and kind is distinct from 'DELETE';
create index ent_task_deletion_due on ent_task (not_before)
  where queued_at is null and gate = 'OPEN' and kind = 'DELETE';
