-- What every service database holds beside its own tables: answers to repeated commands, who did what, and its seals.
create table platform.idempotent_answer (
  organisation_id text not null,
  operation text not null,
  key text not null,
  request_hash text not null,
  -- The first answer, or the refusal, given again to every repetition.
  answer jsonb,
  refusal jsonb,
  stored_at timestamptz not null default clock_timestamp(),
  primary key (organisation_id, operation, key)
);
create index idempotent_answer_stored_at on platform.idempotent_answer (stored_at);

create table platform.audit_entry (
  id bigint generated always as identity primary key,
  recorded_at timestamptz not null default clock_timestamp(),
  business_date date,
  actor text not null,
  on_behalf_of text,
  -- The client or service that brought it, or who acts in the actor's name; null where nobody called.
  carrier text,
  action text not null,
  subject text not null,
  rests_on text,
  details jsonb not null default '{}'
);
create index audit_entry_subject on platform.audit_entry (subject, id);

create trigger audit_entry_is_never_changed before update on platform.audit_entry
  for each row execute function platform.refuse_change();
create trigger audit_entry_is_kept_until_due before delete on platform.audit_entry
  for each row execute function platform.keep_until_due('audit');
create trigger audit_entry_is_never_truncated before truncate on platform.audit_entry
  for each statement execute function platform.refuse_change();

-- Books are tables of entries that nobody changes: sealed by hash each minute, outside the transactions that write them.
create table platform.book (
  name text primary key,
  -- Has id and recorded_at.
  entries_table text not null check (entries_table ~ '^[a-z_]+\.[a-z_]+$'),
  -- Of what is sealed from now on: each seal says until when its entries are kept.
  kept_days integer not null check (kept_days >= 180)
);
-- Evidence of what a contract of public procurement was carried out by: ten years.
insert into platform.book values ('audit', 'platform.audit_entry', 3653);

create table platform.seal (
  book text not null references platform.book,
  position integer not null check (position >= 1),
  sealed_at timestamptz not null,
  -- When nothing was left to seal the last time; null: not known. What is recorded before and sealed after is late.
  swept_at timestamptz,
  -- Of its entries.
  oldest_at timestamptz not null,
  newest_at timestamptz not null,
  last_entry bigint not null,
  entries integer not null check (entries between 1 and 5000),
  entries_hash text not null,
  kept_until date not null,
  previous_hash text not null,
  hash text not null,
  primary key (book, position),
  check (kept_until >= (newest_at at time zone 'UTC')::date + 180)
);
create trigger seal_is_append_only before update or delete on platform.seal
  for each row execute function platform.refuse_change();
create trigger seal_is_never_truncated before truncate on platform.seal
  for each statement execute function platform.refuse_change();

-- Which seal an entry belongs to is said, not a range of ids: what commits late goes into a later seal.
create table platform.sealed_entry (
  book text not null,
  entry bigint not null,
  seal integer not null,
  digest bytea not null,
  primary key (book, entry),
  foreign key (book, seal) references platform.seal
);
create index sealed_entry_seal on platform.sealed_entry (book, seal);
create trigger sealed_entry_is_never_changed before update on platform.sealed_entry
  for each row execute function platform.refuse_change();
create trigger sealed_entry_is_kept_until_due before delete on platform.sealed_entry
  for each row execute function platform.keep_until_due();
create trigger sealed_entry_is_never_truncated before truncate on platform.sealed_entry
  for each statement execute function platform.refuse_change();

-- How a service speaks and listens: its day, what it is about to publish, how far it has read, what it set aside.

-- The last business day this service consumed (MKT-4); null before the first one.
create table platform.business_day (
  only_row boolean primary key default true check (only_row),
  day date
);
insert into platform.business_day default values;

create trigger business_day_never_goes_back before update on platform.business_day
  for each row execute function platform.keep_day_from_going_back();

create table platform.outbox (
  id bigint generated always as identity primary key,
  event_id uuid not null,
  topic text not null,
  type text not null,
  key text not null,
  -- null: a tombstone
  value bytea,
  occurred_at timestamptz not null,
  business_date date not null,
  causation text,
  traceparent text
);
-- Rows live for milliseconds: dead ones must go as fast, or the relay reads past them each time.
alter table platform.outbox set (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000);

-- Numbers are fixed here before sending: a relay that died in between sends the same ones again.
create table platform.relay_state (
  only_row boolean primary key default true check (only_row),
  next_seq bigint not null default 1,
  -- Raised by the operator who put back a state that PostgreSQL itself does not tell from its former one (a copy of
  -- the disk): the relay begins a new incarnation.
  generation integer not null default 1,
  -- rows on their way, in order; null: none
  ids bigint[],
  -- The connection of the relay that publishes, and until when it may without a sign of life. Each that takes over
  -- raises the fence: what a former holder, frozen or cut off, still wants to write bears an older one and is refused.
  holder_pid integer,
  holder_connected_at timestamptz,
  held_until timestamptz not null default '-infinity',
  fence bigint not null default 0
);
insert into platform.relay_state default values;

-- Each life of this database, the newest last: one that was restored, promoted or copied numbers its events anew, from
-- the state that it was given. The relay writes it when it begins.
create table platform.incarnation (
  -- Milliseconds since 1970 when it began, above all before it: not used in a future that was lost by a restore.
  epoch bigint primary key,
  system_identifier text not null,
  timeline text not null,
  database_oid bigint not null,
  generation integer not null,
  parent_epoch bigint,
  -- The first number of its own: what the parent sent below it, is stated here too, and nothing else of the parent's.
  branch_seq bigint not null,
  since timestamptz not null default clock_timestamp()
);
create trigger incarnation_is_append_only before update or delete on platform.incarnation
  for each row execute function platform.refuse_change();
create trigger incarnation_is_never_truncated before truncate on platform.incarnation
  for each statement execute function platform.refuse_change();

-- The last number sent to each partition: the next record there says which one it follows.
create table platform.last_number (
  topic text not null,
  partition integer not null,
  seq bigint not null,
  primary key (topic, partition)
);

-- What the broker refuses for its own sake (too large, a topic that is not there): it and all later ones of its key
-- stay in the outbox, the others go on.
create table platform.unsent_key (
  topic text not null,
  -- null: nothing of this topic is sent
  key text,
  cause text not null,
  since timestamptz not null default clock_timestamp(),
  attempts integer not null default 1,
  next_try_at timestamptz not null,
  unique nulls not distinct (topic, key)
);

create table platform.produced (
  topic text primary key,
  events bigint not null
);

create table platform.consumer_position (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  -- Number of the last message of the producer's relay, and its incarnation: what is not above it is a repeat. 0: none
  -- yet; null: a person has decided that whatever comes next is taken.
  last_epoch bigint default 0,
  last_seq bigint not null default 0,
  -- the one before it here
  last_prev bigint not null default 0,
  -- of that incarnation, as its records say it: parent:branch_seq, the nearest first
  lineage text not null default '',
  -- Why it stands still until a person decides; null: it does not.
  stopped text,
  handled bigint not null default 0,
  repeated bigint not null default 0,
  -- rows of platform.parked_event for this partition
  parked bigint not null default 0,
  moved_at timestamptz not null default clock_timestamp(),
  primary key (topic, partition)
) with (fillfactor = 50);

create table platform.parked_event (
  id bigint generated always as identity primary key,
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  -- null: the message had no key, so nothing waits behind it
  key text,
  type text,
  cause text not null check (cause in ('UNDECODABLE', 'UNKNOWN_TYPE', 'HANDLER_FAILED', 'BEHIND_A_PARKED_EVENT', 'AWAITS_CALENDAR',
    'FOREIGN_NUMBER', 'OLD_INCARNATION')),
  cause_detail text not null default '',
  -- null for a topic with personal data, like the value: position, key and cause only (SUP-4)
  headers jsonb,
  value bytea,
  -- What the record says of the market that it belongs to; null: nothing, or a topic with personal data.
  market_code text,
  membership_id text,
  parked_at timestamptz not null default clock_timestamp(),
  -- the day whose coming releases it by itself
  awaits date check ((awaits is not null) = (cause = 'AWAITS_CALENDAR')),
  unique (topic, partition, "offset")
);
create index parked_event_key on platform.parked_event (topic, key, id);
