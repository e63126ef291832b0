-- DIR-3: what a plan holds is let through by a decision that is in the journal, whoever writes.
create trigger plan_school_begins_undecided before insert on plan_school
  for each row when (new.state <> 'RELEASED' or new.decided_by is not null)
  execute function plan_school_begins_undecided();
create trigger plan_school_is_decided_once before update on plan_school
  for each row execute function plan_school_is_decided_once();
create constraint trigger plan_school_follows_its_decision after update of state on plan_school
  deferrable initially deferred for each row when (new.state in ('APPROVED', 'REJECTED'))
  execute function plan_school_follows_its_decision();
create trigger plan_is_replaced_once before update on plan
  for each row execute function plan_is_replaced_once();
