-- An account and its ledger of transitions change in one statement (PRV-3): neither side waits for the other.
create trigger account_begins_with_its_transition after insert on account
  referencing new table as after_rows for each statement execute function account_follows_its_transitions();
create trigger account_follows_its_transitions after update on account
  referencing old table as before_rows new table as after_rows
  for each statement execute function account_follows_its_transitions();
create trigger account_transition_fits after insert on account_transition
  referencing new table as added for each statement execute function account_transition_fits();
