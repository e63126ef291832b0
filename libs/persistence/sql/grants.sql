-- What a service may do with the tables that all services have; its own stand in apps/<service>/prisma/grants.sql.
grant connect on database :"DBNAME" to :"service";
grant usage on schema public, platform to :"service";

grant select on platform.migration, platform.function_file, public._prisma_migrations to :"service";

-- Append-only. What is due is removed by the owner's function, and which books there are, how long each is kept, is its
-- owner's to say.
grant select, insert on
  platform.audit_entry, platform.seal, platform.sealed_entry, platform.proposal, platform.proposal_decision,
  platform.skipped_event to :"service";
grant select on platform.book to :"service";
-- Written by the recovery, as the owner.
grant select on platform.forgone_life, platform.telling_again to :"service";
grant execute on function platform.remove_due_entries(text) to :"service";

-- An answer is added whole, dated by the database; the owner's function forgets it after its time.
grant select, insert (organisation_id, operation, key, request_hash, answer, refusal) on platform.idempotent_answer to :"service";
grant execute on function platform.remove_old_answers() to :"service";

-- Parked events and refusals are removed when they are repaired. An event is added without its id, which orders it.
grant select, insert, update, delete on platform.parked_event, platform.unsent_key to :"service";
grant select, insert (event_id, topic, type, key, value, occurred_at, business_date, causation, traceparent) on platform.outbox to :"service";

-- What strangers wrote is added by the owner's function, acknowledged, never removed.
grant select on platform.foreign_record to :"service";
grant execute on function platform.set_foreign_aside(text, integer, bigint[], bigint[], integer[], text[], text[]) to :"service";
grant update (acknowledged_at, acknowledged_by, reason) on platform.foreign_record to :"service";

-- Where it stands: made by a migration or once, never removed, of nothing else afterwards.
grant select on platform.business_day, platform.calendar_mode, platform.day_order, platform.relay_state to :"service";
grant execute on function platform.begin_day(date), platform.order_days(date, text) to :"service";
grant update (ids, holder_pid, holder_connected_at, held_until, fence) on platform.relay_state to :"service";
-- Moved by the owner's functions alone, as the relay goes on.
grant select on platform.produced, platform.last_number, platform.told, platform.incarnation, platform.signing_key to :"service";
grant execute on function
  platform.forget_sent(bigint, bigint, int8multirange, text[], integer[], bigint[], text[], text[], integer[], bigint[], bigint[],
    bigint[], bigint, integer[], integer[], integer[], bytea),
  platform.begin_incarnation(bigint), platform.raise_generation(), platform.note_signing_key(bigint, text) to :"service";
-- A position is removed where a person has all read again.
grant select, insert, delete on platform.consumer_position to :"service";
grant update (next_offset, topic_id, former, last_epoch, last_seq, last_prev, last_digest, lineage, stopped, handled, repeated, parked,
  forgone, foreign_records, moved_at) on platform.consumer_position
  to :"service";
