-- What billing keeps of membership's events: its own copy, never written by anything else.

create table market (
  market_code text primary key,
  version     integer not null,
  terms       jsonb not null
);

create table membership (
  membership_id      text primary key,
  organisation_id    text not null,
  market_code        text not null,
  membership_version bigint not null,
  -- '' before the first order: the ledger is empty.
  ledger_head        text not null default '',
  buyer              jsonb not null,
  -- Null until it is activated (ADH-6); half-open.
  starts_on          date,
  ends_on            date,
  annexe2            jsonb,
  check ((starts_on is null) = (ends_on is null)),
  check (starts_on <= ends_on)
);
create index membership_by_market on membership (market_code, membership_id);

-- C per item as each version of the membership stated it: an invoice is recounted with what it knew.
create table commitment (
  membership_id      text not null references membership,
  membership_version bigint not null,
  item_code          text not null,
  quantity           bigint not null check (quantity >= 0),
  primary key (membership_id, membership_version, item_code)
);

-- The ledger of orders (ORD-7).
create table ledger_line (
  membership_id   text not null references membership,
  ledger_position bigint not null check (ledger_position > 0),
  line            integer not null check (line > 0),
  order_id        text not null,
  order_number    text not null,
  item_code       text not null,
  effective_from  date not null,
  delta           bigint not null check (delta <> 0),
  signed_on       date not null,
  primary key (membership_id, ledger_position, line)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% keeps what was written: % refused', tg_table_name, tg_op
    using errcode = 'integrity_constraint_violation';
end $$;

create trigger ledger_line_is_append_only before update or delete on ledger_line
  for each row execute function refuse_change();
create trigger ledger_line_is_not_emptied before truncate on ledger_line
  for each statement execute function refuse_change();
create trigger commitment_is_append_only before update or delete on commitment
  for each row execute function refuse_change();
create trigger commitment_is_not_emptied before truncate on commitment
  for each statement execute function refuse_change();
