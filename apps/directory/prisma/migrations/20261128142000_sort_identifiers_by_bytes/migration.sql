-- As all that is stated is sorted: under two orders no index serves the other side, and each batch of an import, and each
-- delta, read every identifier there is.
alter table person_key
  alter column source type text collate "C",
  alter column source_key type text collate "C";
