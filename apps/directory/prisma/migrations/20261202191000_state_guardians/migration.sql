create trigger guardian_link_is_stated after insert on guardian_link
  referencing new table as added for each statement execute function guardian_link_is_stated();
