-- A batch of records that cannot be read stands among what is set aside as one row, from "offset" through that one: two
-- persons may pass over it (libs/messaging/README.md).
alter table platform.parked_event drop constraint parked_event_cause_check;
alter table platform.parked_event add constraint parked_event_cause_check check (cause in ('UNDECODABLE', 'UNKNOWN_TYPE',
  'HANDLER_FAILED', 'BEHIND_A_PARKED_EVENT', 'AWAITS_CALENDAR', 'FOREIGN_NUMBER', 'OLD_INCARNATION', 'UNREADABLE_BATCH'));
alter table platform.parked_event add column through bigint
  check ((through is not null) = (cause = 'UNREADABLE_BATCH'));
alter table platform.skipped_event add column through bigint
  check ((through is not null) = (cause = 'UNREADABLE_BATCH'));
