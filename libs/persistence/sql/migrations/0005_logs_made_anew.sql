-- A topic that was made anew has another id and begins at its first record again: what was read of the former one is
-- known by this.
alter table platform.consumer_position
  -- As the broker said when the partition was first read; null: it gave none.
  add column topic_id text,
  -- Messages read of logs that are no more: handled, parked, repeated, skipped and forgone count them too.
  add column former bigint not null default 0;

-- The same offset may be passed over in each of these logs.
alter table platform.skipped_event
  drop constraint skipped_event_pkey,
  drop constraint skipped_event_proposal_id_key,
  add primary key (proposal_id);
