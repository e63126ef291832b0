create trigger relay_state_is_bounded before update on platform.relay_state
  for each row execute function platform.bound_relay_state();
create trigger unsent_key_is_bounded before insert or update on platform.unsent_key
  for each row execute function platform.bound_unsent_key();
