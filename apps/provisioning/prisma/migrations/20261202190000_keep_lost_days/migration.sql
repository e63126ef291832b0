-- Days that a lost life had told as open, of people who have no account any more: no account states them again, so the
-- supplier decides on their billing. It names no person: the days of one account share a number drawn for it.
create table lost_day (
  lost_account uuid not null,
  membership_id text not null,
  item_code text not null,
  uai text not null,
  from_on date not null,
  to_on date not null check (to_on > from_on),
  recorded_on date not null,
  primary key (lost_account, from_on)
);
create index lost_day_membership on lost_day (membership_id, item_code);
