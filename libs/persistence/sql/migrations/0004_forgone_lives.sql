-- What a service that was restored no longer states still stands in Kafka: here each of its consumers is told, by the
-- recovery, what to pass over of it (libs/messaging/README.md).
create table platform.forgone_life (
  topic text not null,
  -- The life whose later facts were lost: its records from this number on are passed over …
  epoch bigint not null,
  from_seq bigint not null check (from_seq >= 1),
  -- … and those of each life that began after it and before this one: they went on from what was lost.
  until_epoch bigint not null,
  reason text not null check (reason <> ''),
  decided_by text not null,
  decided_at timestamptz not null default clock_timestamp(),
  -- The newest life that was known to be lost by then, which whoever is put back later need not know; 0: none was.
  last_lost bigint not null default 0 check (last_lost < until_epoch),
  primary key (topic, epoch, from_seq, until_epoch),
  -- Never a life that is still to begin: it would be passed over unseen. A minute for clocks that differ.
  check (until_epoch > epoch
    and until_epoch <= greatest(epoch + 1, floor(extract(epoch from decided_at) * 1000) + 60000))
);
create trigger forgone_life_is_append_only before update or delete on platform.forgone_life
  for each row execute function platform.refuse_change();
create trigger forgone_life_is_never_truncated before truncate on platform.forgone_life
  for each statement execute function platform.refuse_change();

alter table platform.consumer_position
  add column forgone bigint not null default 0;
