-- A rate of the BPU, in basis points, as it is charged to a member of a department (BIL-2; CGI art. 294 and 296): the same
-- as src/invoices/domain/vat-territory.ts.
create or replace function vat_rate_in(department text, stated integer) returns integer language sql immutable as $$
  select case when department in ('971', '972', '974') then case stated when 2000 then 850 when 1000 then 210 when 550 then 210 else stated end
              when department ~ '^9[78][0-9]$' then 0
              else case stated when 850 then 2000 else stated end end
$$;
