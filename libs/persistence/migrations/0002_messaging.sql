-- How a service speaks and listens: its day, what it is about to publish, how far it has read, what it set aside.

-- The last business day this service consumed (MKT-4); null before the first one.
create table platform.business_day (
  only_row boolean primary key default true check (only_row),
  day date
);
insert into platform.business_day default values;

create function platform.keep_day_from_going_back() returns trigger language plpgsql as $$
begin
  if old.day is not null and (new.day is null or new.day < old.day) then
    raise exception 'the business day is %, it never goes back to %', old.day, new.day using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger business_day_never_goes_back before update on platform.business_day
  for each row execute function platform.keep_day_from_going_back();

-- The service's day for the rest of the transaction: a day start waits until the transaction ends (MKT-4).
-- An advisory lock instead of FOR SHARE: the row is not written, and a waiting day start is not overtaken for ever.
-- Volatile, so that the day is read after the lock is held.
create function platform.business_date() returns date language plpgsql volatile as $$
declare today date;
begin
  perform pg_advisory_xact_lock_shared(7271, 1);
  select day into today from platform.business_day;
  if today is null then
    raise exception 'no business day has begun' using errcode = 'EN001';
  end if;
  return today;
end $$;

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
  epoch integer not null default 1,
  next_seq bigint not null default 1,
  -- rows on their way, in order; null: none
  ids bigint[]
);
insert into platform.relay_state default values;

create table platform.produced (
  topic text primary key,
  events bigint not null
);

create table platform.consumer_position (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  -- number of the last message of the producer's relay: what is not above it is a repeat
  last_epoch integer not null default 0,
  last_seq bigint not null default 0,
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
  cause text not null check (cause in ('UNDECODABLE', 'UNKNOWN_TYPE', 'HANDLER_FAILED', 'BEHIND_A_PARKED_EVENT')),
  cause_detail text not null default '',
  -- null for a topic with personal data, like the value: position, key and cause only (SUP-4)
  headers jsonb,
  value bytea,
  parked_at timestamptz not null default clock_timestamp(),
  unique (topic, partition, "offset")
);
create index parked_event_key on platform.parked_event (topic, key, id);
