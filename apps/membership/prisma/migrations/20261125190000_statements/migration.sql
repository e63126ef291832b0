-- États des engagements as they were given: whoever holds one can have it compared with the ledger (ORD-7).
create table statement (
  -- 20 characters of the digest, as printed without its dashes.
  code text primary key check (code ~ '^[0-9A-HJKMNP-TV-Z]{20}$'),
  membership_id text not null references membership,
  on_day date not null,
  -- Of the ledger, up to which it says what was ordered.
  ledger_position bigint not null check (ledger_position >= 0),
  -- Canonical JSON; a CHECK recomputes its digest.
  content text not null,
  sha256 text not null unique check (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex')),
  -- What it says without names and addresses: these may change, and the same day keeps its first paper.
  facts_sha256 text not null,
  issued_on date not null,
  check (on_day <= issued_on),
  unique (membership_id, on_day, facts_sha256)
);

-- The bytes that were handed out: another version of this software may draw the same content otherwise.
create table statement_print (
  code text not null references statement,
  pdf_sha256 text not null check (pdf_sha256 ~ '^[0-9a-f]{64}$'),
  primary key (code, pdf_sha256)
);

create trigger statement_is_append_only before update or delete on statement
  for each row execute function platform.refuse_change();
create trigger statement_is_never_truncated before truncate on statement
  for each statement execute function platform.refuse_change();
create trigger statement_print_is_append_only before update or delete on statement_print
  for each row execute function platform.refuse_change();
create trigger statement_print_is_never_truncated before truncate on statement_print
  for each statement execute function platform.refuse_change();
