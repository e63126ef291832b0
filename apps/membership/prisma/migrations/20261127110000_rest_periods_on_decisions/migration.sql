-- ADH-6, WDR-1, WDR-2, EXC-1, MKT-6: start and end of a membership rest on recorded decisions, whoever writes.
create constraint trigger membership_period_is_decided after insert or update of status, starts_on, ends_on, end_cause on membership
  deferrable initially deferred for each row execute function period_rests_on_decisions();
create constraint trigger withdrawal_notice_moves_the_end after insert on withdrawal_notice
  deferrable initially deferred for each row execute function period_rests_on_decisions();
create constraint trigger withdrawal_revocation_moves_the_end after insert on withdrawal_revocation
  deferrable initially deferred for each row execute function period_rests_on_decisions();
create constraint trigger exclusion_moves_the_end after insert on exclusion
  deferrable initially deferred for each row execute function period_rests_on_decisions();
create constraint trigger succession_moves_the_bounds after insert or update of status on succession
  deferrable initially deferred for each row execute function period_rests_on_decisions();
create constraint trigger market_moves_the_end after update of terms on market
  deferrable initially deferred for each row when (old.terms -> 'calendar' is distinct from new.terms -> 'calendar')
  execute function period_rests_on_decisions();

create trigger withdrawal_notice_keeps_its_window before insert on withdrawal_notice
  for each row execute function withdrawal_notice_keeps_its_window();
create trigger market_keeps_its_calendar before update of terms on market
  for each row execute function market_keeps_its_calendar();
