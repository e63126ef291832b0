-- DIR-2: nobody is given a number that no source states, whoever writes.
create trigger number_is_stated before update of ine_hash on person
  for each row when (new.ine_hash is not null and new.ine_hash is distinct from old.ine_hash)
  execute function number_is_stated();
