-- A fact is passed over because one person proposed it, another approved, and of this very record.
create or replace function platform.refuse_undecided_skip() returns trigger language plpgsql as $$
begin
  if (select p.content ->> 'at' from platform.approved_proposal(new.proposal_id, 'SKIP_PARKED') p)
     is distinct from format('%s/%s@%s', new.topic, new.partition, new."offset") then
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
