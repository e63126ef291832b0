-- Seats that provisioning foresees to be lost, by school (PRV-7): counts only.
create table seat_loss (
  membership_id text not null,
  item_code text not null,
  on_day date not null,
  uai text not null,
  seats bigint not null,
  primary key (membership_id, item_code, on_day, uai)
);
