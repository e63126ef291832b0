-- All whom the ENT refused for one cause, tried again together (PRV-4): a portion at a time, forgotten three months later.
create table ent_retry (
  retry_id uuid primary key,
  code text not null check (code <> ''),
  reason text not null,
  -- User id: of each account's step too.
  asked_by text not null check (asked_by <> ''),
  asked_on date not null,
  -- STOPPED: the cause is still there, the others were left as they are.
  state text not null default 'RUNNING' check (state in ('RUNNING', 'DONE', 'STOPPED'))
);
create index ent_retry_asked on ent_retry (asked_on);

-- GONE: not refused for that cause any more when its turn came. LEFT: the retry stopped before.
create table ent_retry_account (
  retry_id uuid not null references ent_retry on delete cascade,
  account_id uuid not null references account,
  state text not null default 'WAITING' check (state in ('WAITING', 'TAKEN', 'THROUGH', 'AGAIN', 'GONE', 'LEFT')),
  primary key (retry_id, account_id)
);
create unique index ent_retry_account_once on ent_retry_account (account_id) where state in ('WAITING', 'TAKEN');

create index account_failed on account (failure_code) where state = 'FAILED';
create index ent_task_refused on ent_task (refused_code) where refused_code <> '';
