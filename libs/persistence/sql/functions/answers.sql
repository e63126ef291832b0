-- Takes the key of a command until the transaction ends; false where an attempt before has its answer. A lock and not a
-- row without an answer: such a row would need the right to be changed later. The lock comes in a statement before the
-- look: of two at once, the second reads the first one's committed answer.
create or replace function platform.take_key(of_organisation text, of_operation text, of_key text) returns boolean
language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(jsonb_build_array(of_organisation, of_operation, of_key)::text, 7271));
  return not exists (select from platform.idempotent_answer
                      where organisation_id = of_organisation and operation = of_operation and key = of_key);
end $$;
-- Retention: removes at most 5,000 answers that are 30 days old by the server's clock. The owner's, since the service may
-- remove none by itself: the same order would be signed twice. Returns how many are gone.
create or replace function platform.remove_old_answers() returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  removed bigint;
begin
  delete from platform.idempotent_answer where ctid = any(array(
    select ctid from platform.idempotent_answer
     where stored_at < clock_timestamp() - interval '30 days' limit 5000));
  get diagnostics removed = row_count;
  return removed;
end $$;
