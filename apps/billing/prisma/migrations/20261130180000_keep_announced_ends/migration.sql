-- The first day out of force that a notice of withdrawal or a judgment announces (WDR-1, EXC-1): what is foreseen counts no
-- day from it on. Null: none is announced. Invoices go by ends_on, which moves when the day has come.
alter table membership add column announced_ends_on date;
