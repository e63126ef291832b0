-- A draft that could not be numbered waits here for somebody to look at it; the others go on (BIL-9).
-- A row lives until its draft has its number.
create table numbering_failure (
  invoice_id uuid primary key references invoice,
  code       text not null,
  detail     text not null,
  failed_on  date not null,
  attempts   integer not null default 1 check (attempts > 0)
);
