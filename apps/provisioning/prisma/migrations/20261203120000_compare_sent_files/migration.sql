-- A file with this account was sent: no second one is, whatever came of the answer.
alter table ent_task add column file_sent boolean not null default false;
