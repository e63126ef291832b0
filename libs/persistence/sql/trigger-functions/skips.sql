-- A fact is passed over because one person proposed it, another approved, and of this very record.
-- An offset below nought is of a log that is no more (libs/messaging/src/rejoin.ts): the proposal may name the offset there.
create or replace function platform.refuse_undecided_skip() returns trigger language plpgsql as $$
declare
  stretch constant bigint := 1000000000000;
  approved_at text := (select p.content ->> 'at' from platform.approved_proposal(new.proposal_id, 'SKIP_PARKED') p);
  former_offset bigint := case when new."offset" < 0 then mod(mod(new."offset", stretch) + stretch, stretch) end;
begin
  if approved_at is distinct from format('%s/%s@%s', new.topic, new.partition, new."offset")
     and (former_offset is null
          or approved_at is distinct from format('%s/%s@%s', new.topic, new.partition, former_offset)) then
    raise exception 'nobody approved that %/%@% is skipped', new.topic, new.partition, new."offset"
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;

-- In the transaction of the decision: an approval does not wait to be used on a later day.
create or replace function platform.skip_has_its_effect() returns trigger language plpgsql as $$
begin
  if exists (select from platform.approved_proposal(new.proposal_id, 'SKIP_PARKED') p where p.proposal_id is not null)
     and not exists (select from platform.skipped_event where proposal_id = new.proposal_id) then
    raise exception 'skip % was approved without its effect', new.proposal_id
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
