-- What went to the topics that keep every fact, as it went: a row for each batch and partition, in the transaction that
-- forgets its events. From here it is told again when Kafka is lost (libs/messaging/README.md).
create table platform.told (
  topic text not null,
  partition integer not null,
  -- The number that the first record follows in its partition: the last of the row before, 0 at the beginning.
  prev_seq bigint not null,
  first_seq bigint not null check (first_seq > prev_seq),
  last_seq bigint not null check (last_seq >= first_seq),
  -- The life of this database that told it.
  epoch bigint not null,
  events integer not null check (events > 0),
  -- Unpacked: how many may be read at once.
  bytes integer not null,
  -- A record batch of Kafka's format 2, packed by zstd where that pays.
  records bytea not null,
  told_at timestamptz not null default clock_timestamp(),
  primary key (topic, partition, last_seq)
);
alter table platform.told alter column records set storage external;
create trigger told_is_append_only before update or delete on platform.told
  for each row execute function platform.refuse_change();
create trigger told_is_never_truncated before truncate on platform.told
  for each statement execute function platform.refuse_change();

-- The topics whose facts are being told again, or were until that was broken off: meanwhile nothing new is published,
-- since who reads it before all of the old would miss what lies between. Whoever recovers writes it, as the owner.
create table platform.telling_again (
  topic text primary key,
  since timestamptz not null default clock_timestamp()
);
