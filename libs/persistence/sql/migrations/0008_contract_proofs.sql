-- A fact proves its author (FCT-1, libs/messaging/README.md).

-- Rows on their way: ids in a row are one range, which is written and compared faster than a list.
alter table platform.relay_state rename column ids to listed;
alter table platform.relay_state add column ids int8multirange;
update platform.relay_state set ids = (select range_agg(int8range(id, id, '[]')) from unnest(listed) id) where listed is not null;
alter table platform.relay_state drop column listed;

-- The digest of the last record sent to each partition: the proof of the next ones names it.
alter table platform.last_number add column digest text not null default repeat('0', 64)
  check (digest ~ '^[0-9a-f]{64}$');
-- The digest of the last record applied; null: not known.
alter table platform.consumer_position add column last_digest text;
alter table platform.consumer_position add column foreign_records bigint not null default 0;

-- Which key signed from which record on: a key that is retired gets the next one's first record as its bound.
create table platform.signing_key (
  kid text primary key,
  epoch bigint not null,
  seq bigint not null,
  since timestamptz not null default clock_timestamp()
);
create trigger signing_key_is_append_only before update or delete on platform.signing_key
  for each row execute function platform.refuse_change();
create trigger signing_key_is_never_truncated before truncate on platform.signing_key
  for each statement execute function platform.refuse_change();

-- Records that the owner of their topic did not write, or of a life of its database that is over: neither facts nor parked.
-- One row for neighbours that were refused alike. No key and no value: a stranger may have written anything there.
create table platform.foreign_record (
  id bigint generated always as identity primary key,
  topic text not null,
  partition integer not null,
  first_offset bigint not null,
  last_offset bigint not null,
  records integer not null check (records > 0),
  fault text not null check (fault in ('NO_PROOF', 'PROOF_UNREADABLE', 'KEY_UNKNOWN', 'KEY_RETIRED', 'SIGNATURE_WRONG',
    'NO_NUMBER', 'OLD_INCARNATION', 'DISOWNED', 'BATCH_UNREADABLE', 'MIXED')),
  -- As the record states it, where the contracts know that type.
  type text,
  set_aside_at timestamptz not null default clock_timestamp(),
  acknowledged_at timestamptz,
  acknowledged_by text,
  reason text,
  check (num_nulls(acknowledged_at, acknowledged_by, reason) in (0, 3))
);
create index foreign_record_open on platform.foreign_record (id) where acknowledged_at is null;
create trigger foreign_record_is_never_truncated before truncate on platform.foreign_record
  for each statement execute function platform.refuse_change();

alter table platform.parked_event drop constraint parked_event_cause_check;
alter table platform.parked_event add constraint parked_event_cause_check check (cause in ('UNDECODABLE', 'UNKNOWN_TYPE',
  'HANDLER_FAILED', 'BEHIND_A_PARKED_EVENT', 'AWAITS_CALENDAR', 'UNREADABLE_BATCH', 'DAY_JUMPS'));
