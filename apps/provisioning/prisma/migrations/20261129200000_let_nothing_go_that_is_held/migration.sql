-- What a plan holds goes by a person's word, or is gathered anew; not by being called nothing that a plan holds.
create trigger ent_task_stays_held before update on ent_task for each row
  when (old.gate = 'HELD' and new.gate = 'OPEN') execute function ent_task_stays_held();
-- What is gathered and never waits, or is no more wanted: looked for several times a second.
create index ent_task_free on ent_task (account_id) where gate = 'GATHERED' and kind is null;
