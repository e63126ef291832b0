-- What `once`, `audit` and `Outbox.add` write, for a service whose function decides in one statement: the
-- same tables, columns and locks, beside the tables they belong to.

-- Keeps the answer, or the refusal, under its key. False: the key has an answer already, nothing is kept; a
-- decision under way with the same key is waited for.
create function platform.keep_answer(
  of_organisation text, of_operation text, of_key text, of_request text, given_answer jsonb, given_refusal jsonb
) returns boolean language plpgsql as $$
begin
  if of_key = '' then return true; end if;
  insert into platform.idempotent_answer (organisation_id, operation, key, request_hash, answer, refusal)
  values (of_organisation, of_operation, of_key, of_request, given_answer, given_refusal)
  on conflict do nothing;
  return found;
end $$;

create function platform.keep_audit_entry(
  by_actor text, of_action text, of_subject text, on_document text, on_day date, with_details jsonb
) returns void language plpgsql as $$
begin
  insert into platform.audit_entry (actor, action, subject, rests_on, business_date, details)
  values (by_actor, of_action, of_subject, on_document, on_day, with_details);
end $$;

-- Behind the lock of the aggregate `of_key` and of the day (platform.business_date()), as every event.
create function platform.add_to_outbox(
  of_event uuid, to_topic text, of_type text, of_key text, with_value bytea, because_of text, on_day date, in_trace text
) returns void language plpgsql as $$
begin
  insert into platform.outbox (event_id, topic, type, key, value, causation, occurred_at, business_date, traceparent)
  values (of_event, to_topic, of_type, of_key, with_value, because_of, clock_timestamp(), on_day, in_trace);
end $$;
