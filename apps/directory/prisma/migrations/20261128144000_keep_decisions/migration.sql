create trigger answer_stays before update on doubtful_pair
  for each row when (old.answer is not null) execute function answer_stays();
create trigger answer_goes_with_its_people after delete on doubtful_pair
  referencing old table as removed for each statement execute function answer_goes_with_its_people();
create trigger merge_is_undone_once before update on person_merge
  for each row when (old.undone_on is not null) execute function merge_is_undone_once();
create trigger merge_goes_with_its_people after delete on person_merge
  referencing old table as removed for each statement execute function merge_goes_with_its_people();
create trigger side_stays_with_its_merges after delete on person_side
  referencing old table as removed for each statement execute function side_stays_with_its_merges();
create constraint trigger erased_is_gone after insert on erasure
  deferrable initially deferred for each row execute function erased_is_gone();
create trigger stated_identifier_stays after delete on person_key
  referencing old table as removed for each statement execute function stated_identifier_stays();
create trigger class_link_goes_with_its_person after delete on class_link
  referencing old table as removed for each statement execute function class_link_goes_with_its_person();
