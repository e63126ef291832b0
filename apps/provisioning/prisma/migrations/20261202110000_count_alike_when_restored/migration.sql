-- A backup writes a check of two ranges otherwise than it was stated, and the comparison after it is of texts: one each.
alter table ent_task
  drop constraint ent_task_is_countable,
  add constraint ent_task_attempts_are_countable check (attempts between 0 and 1000000),
  add constraint ent_task_faults_are_countable check (faults between 0 and 1000000);
