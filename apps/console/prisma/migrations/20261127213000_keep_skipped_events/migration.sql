-- What two persons passed over, in whichever service, of a membership: its members are told.
create table skipped_notice (
  service text not null,
  proposal_id text not null,
  membership_id text not null,
  type text not null,
  -- Of the event; null: it said none
  told_on date,
  decided_on date not null,
  reason text not null,
  primary key (service, proposal_id, membership_id)
);
create index skipped_notice_by_membership on skipped_notice (membership_id, decided_on);
