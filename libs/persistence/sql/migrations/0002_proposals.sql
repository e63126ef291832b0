-- What takes two persons: one proposes, another decides on what he has read (libs/proposals/README.md).
create table platform.proposal (
  proposal_id uuid primary key,
  market_code text not null,
  -- What it is for: PRICES, SUPPLIER_ACCOUNT …
  kind text not null check (kind ~ '^[A-Z]+(_[A-Z]+)*$'),
  -- What it is about, within the market.
  subject text not null,
  content jsonb not null,
  -- The paper that the decision verifies it against.
  document_id text,
  document_sha256 text check (document_sha256 ~ '^[0-9a-f]{64}$'),
  -- Of all above but the id, by the database itself.
  digest text not null,
  proposed_by text not null check (proposed_by <> ''),
  proposed_on date not null,
  -- The first day on which nobody may decide any more.
  expires_on date not null check (expires_on > proposed_on),
  recorded_at timestamptz not null default clock_timestamp(),
  check ((document_id is null) = (document_sha256 is null)),
  unique (proposal_id, digest, proposed_by, proposed_on, expires_on)
);
create index proposal_by_market on platform.proposal (market_code, kind, proposed_on, proposal_id);

-- One per proposal, by somebody else unless the proposer takes it back. A row that follows from an approved one is
-- compared with its content by a trigger of its table (platform.approved_proposal).
create table platform.proposal_decision (
  proposal_id uuid primary key,
  -- What was read, and whose it is: a decision on anything else has no proposal to refer to.
  digest text not null,
  proposed_by text not null,
  proposed_on date not null,
  expires_on date not null,
  outcome text not null check (outcome in ('APPROVED', 'REJECTED', 'WITHDRAWN')),
  decided_by text not null check (decided_by <> ''),
  decided_on date not null,
  reason text not null,
  recorded_at timestamptz not null default clock_timestamp(),
  foreign key (proposal_id, digest, proposed_by, proposed_on, expires_on)
    references platform.proposal (proposal_id, digest, proposed_by, proposed_on, expires_on),
  constraint proposal_takes_two_persons check ((outcome = 'WITHDRAWN') = (decided_by = proposed_by)),
  constraint proposal_is_decided_in_time check (proposed_on <= decided_on and decided_on < expires_on),
  constraint proposal_is_rejected_for_a_reason check (outcome <> 'REJECTED' or trim(reason) <> '')
);

create trigger proposal_is_digested before insert on platform.proposal
  for each row execute function platform.digest_proposal();
create trigger proposal_decision_is_of_today before insert on platform.proposal_decision
  for each row execute function platform.date_decision();
create trigger proposal_is_append_only before update or delete on platform.proposal
  for each row execute function platform.refuse_change();
create trigger proposal_is_never_truncated before truncate on platform.proposal
  for each statement execute function platform.refuse_change();
create trigger proposal_decision_is_append_only before update or delete on platform.proposal_decision
  for each row execute function platform.refuse_change();
create trigger proposal_decision_is_never_truncated before truncate on platform.proposal_decision
  for each statement execute function platform.refuse_change();
