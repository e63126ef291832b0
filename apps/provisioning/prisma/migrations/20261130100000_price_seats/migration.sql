-- Of which items the seats of a part are, as [{marketCode, itemCode, seats}]: billing prices an item, not a seat (PRV-8).
alter table ent_plan_part add column seat_items jsonb not null default '[]';
