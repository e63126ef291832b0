-- Creations of a school that the queue has are counted each time it is filled (`dueWork`).
create index ent_task_queued on ent_task (account_id) where queued_at is not null;
