-- Letters that support asked a head to print (AUT-1): the last of each account, forgotten 30 days after it expires.
create table letter_request (
  account_id uuid primary key references account,
  reason text not null,
  -- User id.
  asked_by text not null,
  asked_on date not null,
  -- First day on which it is asked no more.
  expires_on date not null check (expires_on > asked_on),
  printed_on date check (printed_on >= asked_on and printed_on < expires_on)
);
