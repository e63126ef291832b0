-- What a decision says stays, and what was withdrawn is not opened again: another decision opens another access.
create or replace function ldap_access_keeps_its_decision() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.withdrawn_on is not null
     or (new.id, new.membership_id, new.document_id, new.decided_on, new.ends_on, new.opened_by, new.opened_on)
        is distinct from
        (old.id, old.membership_id, old.document_id, old.decided_on, old.ends_on, old.opened_by, old.opened_on)
  then
    raise exception 'LDAP access % keeps its decision', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
