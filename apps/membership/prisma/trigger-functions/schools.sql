-- The paper lies in the file of either member, or is the market's own (ADH-2, SCH-2).
create or replace function school_transfer_rests_on_its_paper() returns trigger language plpgsql as $$
begin
  if not exists (select from papers_about(new.from_membership_id, new.to_membership_id) d where d.id = new.document_id) then
    raise exception 'school transfer % rests on no paper of its members or market', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$;

create or replace function school_transfer_is_decided_once() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.status <> 'PROPOSED'
     or (new.id, new.market_code, new.from_membership_id, new.to_membership_id, new.uais, new.effective_on, new.document_id,
         new.territory_exception, new.proposed_by, new.proposed_on)
        is distinct from
        (old.id, old.market_code, old.from_membership_id, old.to_membership_id, old.uais, old.effective_on, old.document_id,
         old.territory_exception, old.proposed_by, old.proposed_on)
  then
    raise exception 'school transfer % is decided once and does not change', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
