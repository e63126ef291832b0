-- Places (`uai|class`) in which the ENT may have made the account by a call that had no answer.
alter table ent_task add column tried_places text[] not null default '{}';
