-- ORD-7, COM-3: what C rests on, chained between the orders of its ledger.
create table ledger_evidence (
  id bigint generated always as identity primary key,
  membership_id text not null references membership,
  -- Of the order that it follows.
  ledger_position bigint not null check (ledger_position >= 0),
  content text not null,
  previous_hash text not null,
  hash text not null check (hash = encode(sha256(convert_to(previous_hash || content, 'UTF8')), 'hex'))
);
create index ledger_evidence_by_membership on ledger_evidence (membership_id, id);
-- Added by the triggers of what it is; the service has no right to (grants.sql).
create trigger ledger_evidence_is_append_only before update or delete on ledger_evidence
  for each row execute function platform.refuse_change();
create trigger ledger_evidence_is_never_truncated before truncate on ledger_evidence
  for each statement execute function platform.refuse_change();

create trigger membership_chains_its_evidence after update of status on membership
  for each row when (new.status = 'ACTIVE' and old.status <> 'ACTIVE') execute function membership_chains_its_evidence();
create trigger commitment_change_is_chained after insert on commitment_change
  referencing new table as new_changes for each statement execute function commitment_change_is_chained();
