-- Names of schools, as the directory tells them: an invoice counts accounts by school, and a treasurer knows names (BIL-6).
create table school (
  uai      text primary key,
  name     text not null,
  -- The directory's: copies compare themselves with the owner by it.
  revision bigint not null
);
