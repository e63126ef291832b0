-- Identifiers may be moved since people are merged: by a merge, and by nothing else (DIR-2).
create trigger identifier_moves_by_merge before update on person_key
  for each row execute function identifier_moves_by_merge();
