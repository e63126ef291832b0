-- What a service may do with the tables that all services have; its own stand in apps/<service>/prisma/grants.sql.
grant connect on database :"DBNAME" to :"service";
grant usage on schema public, platform to :"service";

grant select on platform.migration, platform.function_file, public._prisma_migrations to :"service";

-- Append-only. What is due is removed by the owner's function, and which books there are, how long each is kept, is its
-- owner's to say.
grant select, insert on
  platform.audit_entry, platform.seal, platform.sealed_entry, platform.proposal, platform.proposal_decision,
  platform.skipped_event, platform.told to :"service";
grant select on platform.book to :"service";
-- Written by the recovery, as the owner.
grant select on platform.forgone_life, platform.telling_again to :"service";
grant execute on function platform.remove_due_entries(text) to :"service";

-- Answers are forgotten after their time, events when they are sent or repaired.
grant select, insert, update, delete on platform.idempotent_answer, platform.parked_event, platform.unsent_key to :"service";
grant select, insert, delete on platform.outbox to :"service";

-- Where it stands: made by a migration or once, never removed, of nothing else afterwards.
grant select on platform.business_day, platform.relay_state to :"service";
grant update (day) on platform.business_day to :"service";
grant update (next_seq, ids, generation, holder_pid, holder_connected_at, held_until, fence) on platform.relay_state to :"service";
grant select, insert on platform.produced, platform.last_number, platform.incarnation to :"service";
grant update (events) on platform.produced to :"service";
grant update (seq) on platform.last_number to :"service";
-- A position is removed where a person has all read again.
grant select, insert, delete on platform.consumer_position to :"service";
grant update (next_offset, topic_id, former, last_epoch, last_seq, last_prev, lineage, stopped, handled, repeated, parked, forgone, moved_at) on platform.consumer_position
  to :"service";
