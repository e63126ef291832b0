-- After a restore: what the lost life had told of the days on which accounts were open, in the order of the log. The
-- recovery writes it, as the owner; the service states it again and removes it.
create table lost_account_fact (
  epoch bigint not null,
  seq bigint not null,
  account_id uuid not null,
  person_id uuid not null,
  profile text not null,
  state text not null,
  effective_on date not null,
  uai text not null,
  membership_id text not null,
  item_code text not null,
  primary key (epoch, seq)
);
create index lost_account_fact_account on lost_account_fact (account_id);
