-- A succession is proposed by one coordinator and approved by another, before it is planned (ADH-5).
alter table succession
  -- Of platform.proposal; null in a rehearsal, which is undone.
  add column proposal_id uuid,
  alter column status set default 'PROPOSED',
  drop constraint succession_status_check,
  add constraint succession_status_check check (status in ('PROPOSED', 'PLANNED', 'CARRIED_OUT', 'CANCELLED', 'BLOCKED')),
  drop constraint succession_check,
  add constraint succession_check check ((status in ('PROPOSED', 'PLANNED')) = (decided_on is null));
create index succession_by_proposal on succession (proposal_id);
drop index succession_in_full_is_the_only_one;
create unique index succession_in_full_is_the_only_one on succession (predecessor_membership_id)
  where kind = 'FULL' and status in ('PROPOSED', 'PLANNED', 'CARRIED_OUT');
create constraint trigger succession_takes_two_persons after insert or update on succession
  deferrable initially deferred for each row when (new.status in ('PLANNED', 'CARRIED_OUT', 'BLOCKED'))
  execute function succession_takes_two_persons();
create constraint trigger approved_successions_are_planned after insert on platform.proposal_decision
  deferrable initially deferred for each row when (new.outcome = 'APPROVED')
  execute function approved_successions_are_planned();
