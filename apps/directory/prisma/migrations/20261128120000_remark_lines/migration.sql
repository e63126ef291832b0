-- Where each remark stands: file, line and key, for whoever corrects it at the source. As many of a code as a report keeps
-- (REMARK_LINES_MAX); import_remark counts them all. Identifiers of people, so they go a while after the import (SUP-4).
create table remark_line (
  import_id uuid not null references directory_import,
  code text collate "C" not null,
  -- From 1, in the order in which they were found.
  seq integer not null,
  -- The key of the entry, a UAI, or what the code speaks of; never a name.
  subject text not null,
  -- Without its folder; empty where the remark is of the whole.
  file text not null,
  -- From 1; 0: none.
  line integer not null,
  primary key (import_id, code, seq)
);
