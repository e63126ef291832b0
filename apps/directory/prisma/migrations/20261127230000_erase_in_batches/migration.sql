-- Who was erased (SUP-4): an id that leads to nothing any more, and the days that prove when.
create table erasure (
  person_id uuid primary key,
  left_on date not null,
  erased_on date not null,
  erased_at timestamptz not null default now(),
  -- The day its tombstone was told once more, so that Kafka cleans the first one's segment.
  told_again_on date check (told_again_on > erased_on)
);
create index erasure_to_tell_again on erasure (erased_on, person_id) where told_again_on is null;
create trigger erasure_is_told_again_once before update on erasure
  for each row execute function erasure_is_told_again_once();
