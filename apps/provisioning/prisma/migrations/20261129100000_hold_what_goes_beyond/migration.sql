-- What was gathered to be told to the ENT and judged together (PRV-8): figures alone, kept for a year. A plan never changes;
-- another takes its place.
create table ent_plan (
  plan_id uuid primary key,
  made_on date not null,
  season text not null check (season in ('RENTREE', 'NORMAL', 'SUMMER')),
  -- First day on which nobody may approve it.
  expires_on date not null
);
create index ent_plan_made on ent_plan (made_on, plan_id);
create trigger ent_plan_is_kept before delete on ent_plan for each row execute function ent_plan_is_kept();

-- What is gathered of one school: it runs or waits together. Whether all of what was approved is done is read off the work.
create table ent_plan_part (
  part_id uuid primary key,
  plan_id uuid not null references ent_plan on delete cascade,
  uai text not null,
  -- That pays for most of the accounts.
  membership_id text not null,
  state text not null check (state in ('RELEASED', 'HELD', 'APPROVED', 'REJECTED', 'EXPIRED', 'STALE')),
  -- The highest level that it is beyond the threshold of; '': none.
  held_by text not null check (held_by in ('', 'SCHOOL', 'MEMBER', 'WHOLE')),
  renames integer not null check (renames >= 0),
  moves integer not null check (moves >= 0),
  blocks integer not null check (blocks >= 0),
  closes integer not null check (closes >= 0),
  deletes integer not null check (deletes >= 0),
  -- Seats that the accounts blocked or closed held.
  seats integer not null check (seats >= 0),
  -- Of them, what no plan of the directory and no order had approved: it counts against the thresholds of the day.
  counted integer not null check (counted >= 0),
  -- Of the accounts and what each is to be told: an approval holds as long as it is the same.
  digest text not null,
  unique (plan_id, uai)
);
create index ent_plan_part_held on ent_plan_part (uai) where state = 'HELD';
create trigger ent_plan_part_follows_its_decision before insert or update on ent_plan_part
  for each row execute function ent_plan_part_follows_its_decision();

-- A person's word about a part, once.
create table ent_plan_decision (
  part_id uuid primary key references ent_plan_part on delete cascade,
  verdict text not null check (verdict in ('APPROVED', 'REJECTED')),
  decided_by text not null check (decided_by <> ''),
  decided_on date not null,
  reason text not null
);

-- What was approved elsewhere, by its figures: plans of the directory, seats lost that were confirmed with an order, and
-- deletions of whom a plan has approved to close.
create table ent_approval (
  source text not null check (source in ('DIRECTORY', 'ORDER', 'PLAN')),
  -- The import, the order, the plan.
  reference text not null,
  -- Of ORDER: the membership.
  about text not null,
  kind text not null check (kind in ('ENDED', 'CHANGED', 'BLOCK', 'DELETE')),
  figure integer not null check (figure > 0),
  starts_on date not null,
  -- First day on which it is worth nothing any more.
  ends_on date not null,
  primary key (source, reference, about, kind)
);
create index ent_approval_about on ent_approval (about);

alter table ent_task
  -- The heaviest call that closes, blocks, deletes, moves or renames; null: none of them.
  add column kind text check (kind in ('RENAME', 'MOVE', 'BLOCK', 'CLOSE', 'DELETE')),
  -- GATHERED: to be judged with all that the day brings. HELD: waits for a person's word, and no worker takes it.
  add column gate text not null default 'OPEN' check (gate in ('OPEN', 'GATHERED', 'HELD')),
  -- The school for which it counts: whom a move takes it from.
  add column plan_uai text,
  add column part_id uuid references ent_plan_part;
create index ent_task_part on ent_task (part_id) where part_id is not null;
create index ent_task_gathered on ent_task (plan_uai) where gate = 'GATHERED';
drop index ent_task_due;
create index ent_task_due on ent_task (priority, not_before) where queued_at is null and gate = 'OPEN';
create trigger ent_task_waits_for_its_plan before insert or update on ent_task for each row
  when (new.gate = 'OPEN' and new.kind is not null) execute function ent_task_waits_for_its_plan();
