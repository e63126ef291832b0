-- What was written stays: ledger, commitments, prices, lines of invoices.

create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% keeps what was written: % refused', tg_table_name, tg_op
    using errcode = 'integrity_constraint_violation';
end $$;
