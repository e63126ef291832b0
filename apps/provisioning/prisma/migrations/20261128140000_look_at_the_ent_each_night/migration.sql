-- The business day for which a school is read: a reading that ends late settles its own day alone.
-- Whoever takes a school has it under a token of its own.
alter table structure_reading add column asked_on date not null default platform.business_date(), add column take uuid;

-- What a look at a school of the ENT found on a day (PRV-5). Identifiers only, for three months (SUP-4).
create table ent_look (
  uai text not null,
  day date not null,
  -- That pays for most accounts of the school; null: none does.
  membership_id text,
  status text not null check (status in ('MATCHED', 'TOLD', 'REPAIRED', 'HELD', 'REJECTED', 'APPROVED', 'INCIDENT')),
  -- Of INCIDENT: why nothing was concluded.
  incident_code text not null default '',
  users integer not null default 0,
  compared integer not null default 0,
  first_uses integer not null default 0,
  -- Calls of this day that a season limits and that were made without a person's word.
  calls integer not null default 0,
  -- `{kind, accountId, entId, wasUsed, holdsSeat, fate}`
  differences jsonb not null default '[]',
  decided_by text not null default '',
  primary key (uai, day)
);
create index ent_look_day on ent_look (day, uai);
