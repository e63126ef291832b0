-- What the last proof of an erasure found (SUP-4): when, and in how many places something that nothing allows.
alter table erasure
  add column proved_at timestamptz,
  add column unexpected integer check (unexpected >= 0),
  -- Where the keys that led to the person were still said when it was erased, and how often: { "table.column": rows }; no key.
  add column keys_left jsonb,
  add constraint erasure_proof_is_whole check ((proved_at is null) = (unexpected is null));
create index erasure_newest on erasure (erased_on desc, person_id desc);
create index erasure_unexpected on erasure (proved_at) where unexpected > 0;
-- The night's sample: the newest that nobody has proved yet.
create index erasure_to_prove on erasure (told_again_on desc, person_id) where proved_at is null and told_again_on is not null;
