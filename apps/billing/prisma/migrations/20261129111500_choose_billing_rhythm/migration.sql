-- How often a member is invoiced in contract years that begin on a day or later, as each version of the membership told
-- it (BIL-3); of one day the last version's counts. No row: as the market says.
create table billing_rhythm (
  membership_id      text not null references membership,
  membership_version bigint not null,
  valid_from         date not null,
  rhythm             text not null check (rhythm in ('QUARTER', 'YEAR')),
  primary key (membership_id, membership_version)
);
create trigger billing_rhythm_is_append_only before update or delete on billing_rhythm
  for each row execute function refuse_change();
create trigger billing_rhythm_is_not_emptied before truncate on billing_rhythm
  for each statement execute function refuse_change();
create trigger billing_rhythm_is_of_its_version after insert on billing_rhythm
  for each row execute function is_of_the_version_told();
