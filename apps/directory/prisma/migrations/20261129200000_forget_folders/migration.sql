-- SUP-4: a folder, a file or an archive may be called after a person.
create trigger folder_is_forgotten before update of folder on directory_import
  for each row when (new.folder is distinct from old.folder) execute function folder_is_forgotten();
