-- The younger import of the source whose plan contains what this one still waited with (DIR-3).
alter table directory_import add column replaced_by uuid references directory_import (import_id);
