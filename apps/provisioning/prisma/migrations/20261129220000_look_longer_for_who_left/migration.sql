-- Till when what is to be done is one process's, which makes the account by a file; null: no file is under way.
-- When somebody was last tried to be made: who has left since may still be made, and is looked for a while.
alter table ent_task
  add column file_until timestamptz,
  add column tried_at timestamptz;
