-- The bounds of a membership by its version, like C and the ledger: an end in the past (EXC-1) must not
-- change what an invoice was priced from, nor its check and its explanation (BIL-4, BIL-7).
create table membership_bound (
  membership_id text not null references membership,
  membership_version bigint not null,
  starts_on date not null,
  ends_on date not null,
  primary key (membership_id, membership_version)
);
-- What is known so far counts for every version so far.
insert into membership_bound select membership_id, 0, starts_on, ends_on from membership
 where starts_on is not null and ends_on is not null;
