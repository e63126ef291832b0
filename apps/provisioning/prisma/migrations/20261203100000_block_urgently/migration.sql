-- Accounts that the ENT must block at once, whatever their state and whatever a plan holds (PRV-8). It is apart from
-- `ent_task`, so that a plan stays as it was read.
create table ent_urgent_block (
  account_id uuid primary key references account,
  -- DECISION: of a person, about an account that closes or waits for a seat. EXCHANGE: two users bear each other's identifier.
  cause text not null check (cause in ('DECISION', 'EXCHANGE')),
  -- User id; the system's own blocks have none.
  decided_by text not null check ((cause = 'DECISION') = (decided_by <> '')),
  reason text not null,
  decided_on date not null,
  -- False: lifted, and removed once the ENT has been told.
  wanted boolean not null default true,
  told boolean not null default false,
  attempts integer not null default 0,
  not_before timestamptz not null default now()
);
create index ent_urgent_block_due on ent_urgent_block (not_before) where not told;
