-- What every service database holds beside its own tables: answers to repeated commands, and who did what.
create table platform.idempotent_answer (
  organisation_id text not null,
  operation text not null,
  key text not null,
  request_hash text not null,
  -- The first answer, or the refusal, given again to every repetition.
  answer jsonb,
  refusal jsonb,
  stored_at timestamptz not null default clock_timestamp(),
  primary key (organisation_id, operation, key)
);
create index idempotent_answer_stored_at on platform.idempotent_answer (stored_at);

create table platform.audit_entry (
  id bigint generated always as identity primary key,
  recorded_at timestamptz not null default clock_timestamp(),
  business_date date,
  actor text not null,
  on_behalf_of text,
  action text not null,
  subject text not null,
  rests_on text,
  details jsonb not null default '{}'
);
create index audit_entry_subject on platform.audit_entry (subject, id);

create function platform.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of %.% are never changed or removed', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger audit_entry_is_append_only before update or delete on platform.audit_entry
  for each row execute function platform.refuse_change();
create trigger audit_entry_is_never_truncated before truncate on platform.audit_entry
  for each statement execute function platform.refuse_change();
