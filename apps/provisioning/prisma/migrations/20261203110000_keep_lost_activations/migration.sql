-- Used accounts whose activation code is unused again in the ENT, after a restore of it (PRV-5): until their next activation.
-- The state stays ACTIVATED: the account was open and used all along.
create table lost_activation (
  account_id uuid primary key references account,
  found_on date not null
);
