create trigger side_link_goes_with_its_side after delete on side_link
  referencing old table as removed for each statement execute function side_link_goes_with_its_side();
create trigger said_before_goes_with_its_merges after delete on stated_before
  referencing old table as removed for each statement execute function said_before_goes_with_its_merges();
create trigger said_before_only_loses_links before update on stated_before
  for each row execute function said_before_only_loses_links();
