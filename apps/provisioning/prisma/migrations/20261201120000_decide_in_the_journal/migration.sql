-- Nobody has decided what a plan or a night holds by a row alone (PRV-8): the journal says so, in the same transaction.
create constraint trigger ent_plan_decision_is_journalled after insert on ent_plan_decision
  deferrable initially deferred for each row execute function ent_plan_decision_is_journalled();
create constraint trigger ent_look_decision_is_journalled after insert or update on ent_look
  deferrable initially deferred for each row when (new.status in ('APPROVED', 'REJECTED'))
  execute function ent_look_decision_is_journalled();
-- What undoes a creation never waits for a plan: work is said to have tried one only while the ENT has nobody of the account.
create trigger ent_task_makes_who_is_missing before insert on ent_task for each row
  when (new.tried_places <> '{}') execute function ent_task_makes_who_is_missing();
create trigger ent_task_makes_who_is_missing_yet before update of tried_places on ent_task for each row
  when (new.tried_places <> '{}' and new.tried_places <> old.tried_places) execute function ent_task_makes_who_is_missing();
-- A school is looked at within hours, whatever a row says: else no night would ever see it again, and no day be quiet.
create trigger structure_reading_waits_a_while before insert or update on structure_reading for each row
  when (new.not_before > now() + interval '1 day') execute function structure_reading_waits_a_while();
-- What is counted stays countable: the next try of a row at the end of its numbers would fail all that are tried with it.
alter table ent_task add constraint ent_task_is_countable
  check (attempts between 0 and 1000000 and faults between 0 and 1000000);
alter table structure_reading add constraint structure_reading_is_countable check (attempts between 0 and 1000000);
