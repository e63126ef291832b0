-- So many days may pass between two deliveries (0: nobody expects one), counted from the last one or from this day.
alter table declared_source
  add column every_days integer not null default 0 check (every_days between 0 and 400),
  add column expected_since date;

-- Why it ended without a person's decision: the code of the remark that says it. Empty: it did not.
alter table directory_import add column stopped_by text not null default '';

-- What is asked source by source, school by school: the last one, what stopped, what waits.
create index directory_import_of_source on directory_import (source, started_at desc, import_id desc);
create index directory_import_of_school on directory_import (source, uai, started_at desc);
create index directory_import_stopped on directory_import (source) where stopped_by <> '';
create index directory_import_open on directory_import (source) where state <> all (array['COMPLETED', 'REFUSED']);
