-- A transfer has two halves that come in any order (SCH-2, ADH-5). While the second is not here, nobody of the
-- school is assessed for it, and the seats of the membership that gives are left alone: what takes them away
-- (its order, its end) may be here already.
alter table school_financing add column awaits_transfer boolean not null default false;
create index school_financing_awaits on school_financing (membership_id) where awaits_transfer;
