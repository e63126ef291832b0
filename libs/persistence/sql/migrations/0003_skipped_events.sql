-- What was set aside and will not be applied: two persons decided so (libs/messaging/README.md). It stays as it was.
create table platform.skipped_event (
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  key text,
  type text,
  cause text not null,
  cause_detail text not null,
  headers jsonb,
  value bytea,
  market_code text,
  membership_id text,
  parked_at timestamptz not null,
  proposal_id uuid not null unique,
  skipped_at timestamptz not null default clock_timestamp(),
  primary key (topic, partition, "offset")
);
create constraint trigger skipped_event_rests_on_two_persons after insert on platform.skipped_event
  deferrable initially deferred for each row execute function platform.refuse_undecided_skip();
create trigger skipped_event_is_append_only before update or delete on platform.skipped_event
  for each row execute function platform.refuse_change();
create trigger skipped_event_is_never_truncated before truncate on platform.skipped_event
  for each statement execute function platform.refuse_change();
create constraint trigger skip_has_its_effect after insert on platform.proposal_decision
  deferrable initially deferred for each row execute function platform.skip_has_its_effect();
