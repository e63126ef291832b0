-- An approval is of the kind of its decision and lasts three months at most (PRV-8).
alter table ent_approval
  add constraint ent_approval_is_of_its_source check (
    (source, kind) in (('DIRECTORY', 'ENDED'), ('DIRECTORY', 'CHANGED'), ('ORDER', 'BLOCK'), ('PLAN', 'DELETE'))),
  add constraint ent_approval_lasts_three_months check (ends_on <= (starts_on + interval '3 months')::date + 1);
create trigger ent_approval_rests_on_its_decision before insert or update on ent_approval
  for each row execute function ent_approval_rests_on_its_decision();
create constraint trigger ent_approval_completes_its_import after insert on ent_approval
  deferrable initially deferred for each row when (new.source = 'DIRECTORY') execute function ent_approval_completes_its_import();
create trigger import_is_completed_once before update of expected on import_progress
  for each row when (old.expected is not null) execute function import_is_completed_once();
