-- The proposal of a kind that a second person approved, null where there is none: what follows from one is compared
-- with it by a deferred trigger of its own table, since both tables are append-only and outlive every other row.
create or replace function platform.approved_proposal(of_proposal uuid, of_kind text) returns platform.proposal
language sql stable as $$
  select p from platform.proposal p join platform.proposal_decision d using (proposal_id)
   where p.proposal_id = of_proposal and p.kind = of_kind and d.outcome = 'APPROVED'
$$;
