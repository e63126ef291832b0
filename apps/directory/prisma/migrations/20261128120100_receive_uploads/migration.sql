-- A delivery that a person is sending, file by file and piece by piece; what has come lies in the drop area, under a name
-- that nothing else reads. It goes when it is complete, given up or forgotten.
create table upload (
  upload_id uuid primary key,
  source text collate "C" not null references declared_source,
  uai text not null,
  dated_on date,
  plan_only boolean not null,
  -- Of a head: nothing that its files say of another school counts.
  own_school boolean not null,
  bytes_max bigint not null,
  begun_by text not null,
  begun_at timestamptz not null default now()
);
create index upload_of_person on upload (begun_by);

alter table directory_import
  -- Nothing of it is applied before somebody has looked at the plan.
  add column plan_only boolean not null default false,
  -- Delivered by the head of the school that `uai` names, for that school alone.
  add column own_school boolean not null default false;

-- Its own figures, or those of the whole, are beyond the threshold: support level 2 decides, not the school's head.
alter table plan_school add column over boolean not null default false;
update plan_school q set over = true where state in ('HELD', 'APPROVED', 'REJECTED', 'EXPIRED');
