-- The BPU (BIL-2): append-only; the highest version of a (market, item, day) is the one that counts.

create table price_import (
  import_id   uuid primary key,
  market_code text not null references market,
  sha256      text not null,
  content     text not null,
  imported_on date not null,
  imported_by text not null
);
create index price_import_by_market on price_import (market_code);

create table price (
  market_code                text not null references market,
  -- Counts the entries of the market, 1 upwards.
  version                    bigint not null check (version > 0),
  item_code                  text not null,
  effective_from             date not null,
  unit_price_ten_thousandths bigint not null check (unit_price_ten_thousandths >= 0),
  vat_basis_points           integer not null check (vat_basis_points between 0 and 9999),
  import_id                  uuid not null references price_import,
  primary key (market_code, version)
);
create index price_by_item on price (market_code, item_code, effective_from);

create trigger price_is_append_only before update or delete on price
  for each row execute function refuse_change();
create trigger price_is_not_emptied before truncate on price
  for each statement execute function refuse_change();
create trigger price_import_is_append_only before update or delete on price_import
  for each row execute function refuse_change();
create trigger price_import_is_not_emptied before truncate on price_import
  for each statement execute function refuse_change();
