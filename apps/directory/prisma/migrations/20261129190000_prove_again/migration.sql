-- What a proof allowed until a day is looked for again after it: the ENT's trash, Kafka's log.
alter table erasure add column held_until date;
create index erasure_to_prove_again on erasure (held_until, person_id) where unexpected = 0;
