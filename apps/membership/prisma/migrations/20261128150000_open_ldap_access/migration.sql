-- Which member may read its schools' staff over LDAP (SUP-3's exception): on what decision, until when, by which secret.
create table ldap_access (
  id text primary key,
  membership_id text not null references membership,
  document_id text not null references document,
  decided_on date not null,
  -- First day without.
  ends_on date not null,
  opened_by text not null,
  opened_on date not null,
  -- EXPIRED: its end had come when another was opened.
  withdrawal_reason text check (withdrawal_reason in ('CONTROLLER', 'MEMBER', 'INCIDENT', 'EXPIRED')),
  withdrawn_by text,
  withdrawn_on date,
  -- Of the secret nothing is kept but a slow hash; no access, no secret.
  secret_id text,
  secret_hash text,
  secret_drawn_by text,
  secret_drawn_on date,
  check (decided_on <= opened_on),
  check (opened_on < ends_on),
  check (num_nulls(withdrawal_reason, withdrawn_by, withdrawn_on) in (0, 3)),
  check (num_nulls(secret_id, secret_hash, secret_drawn_by, secret_drawn_on) in (0, 4)),
  constraint ldap_access_withdrawn_has_no_secret check (withdrawn_on is null or secret_hash is null)
);
create unique index ldap_access_in_force on ldap_access (membership_id) where withdrawn_on is null;
create index ldap_access_by_membership on ldap_access (membership_id, opened_on desc);
create index ldap_access_by_opening on ldap_access (opened_on desc, id desc);
create trigger ldap_access_rests_on_its_paper before insert on ldap_access
  for each row execute function rests_on_its_paper('CONTROLLER_DECISION');
create trigger ldap_access_keeps_its_decision before update or delete on ldap_access
  for each row execute function ldap_access_keeps_its_decision();
create trigger ldap_access_is_never_truncated before truncate on ldap_access
  for each statement execute function platform.refuse_change();
