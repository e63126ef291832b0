-- How often a member is invoiced in the contract years that begin on a day or later (BIL-3): of one day the latest
-- recorded counts. A contract year that has begun keeps its rhythm, since a part of it may be invoiced.
create table billing_rhythm_entry (
  id bigint generated always as identity primary key,
  organisation_id text not null references organisation,
  market_code text not null references market,
  valid_from date not null,
  rhythm text not null check (rhythm in ('QUARTER', 'YEAR')),
  recorded_by text not null,
  recorded_on date not null,
  check (valid_from > recorded_on)
);
create index billing_rhythm_entry_in_force on billing_rhythm_entry (organisation_id, market_code, valid_from, id);
create trigger billing_rhythm_entry_is_append_only before update or delete on billing_rhythm_entry
  for each row execute function platform.refuse_change();
create trigger billing_rhythm_entry_is_never_truncated before truncate on billing_rhythm_entry
  for each statement execute function platform.refuse_change();
