-- The database's own digest of all that a decision is about: nobody approves what differs from what was read. The day
-- is the service's, which never goes back: neither proposal nor decision is dated beforehand.
create or replace function platform.digest_proposal() returns trigger language plpgsql as $$
begin
  new.digest := encode(sha256(convert_to(jsonb_build_array(
    new.market_code, new.kind, new.subject, new.content, new.document_id, new.document_sha256)::text, 'UTF8')), 'hex');
  if new.proposed_on <> platform.business_date() then
    raise exception 'proposal % is not dated today', new.proposal_id using errcode = 'check_violation';
  end if;
  return new;
end $$;

create or replace function platform.date_decision() returns trigger language plpgsql as $$
begin
  if new.decided_on <> platform.business_date() then
    raise exception 'the decision on proposal % is not dated today', new.proposal_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
