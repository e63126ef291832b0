-- Whether the lines of a document are what two calculations differ by, or take such a document back (BIL-8).
create or replace function is_of_difference(of_kind text, of_corrects uuid) returns boolean language sql stable as $$
  select of_kind in ('COMPLEMENT', 'CREDIT_OF_DIFFERENCE')
      or of_kind = 'CREDIT_NOTE' and exists (select from invoice where invoice_id = of_corrects and kind = 'COMPLEMENT')
$$;
