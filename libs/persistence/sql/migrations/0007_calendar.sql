-- Who moves the service's day, and how far (MKT-4). `migrate` writes the mode as the owner, from CALENDAR.
create table platform.calendar_mode (
  only_row boolean primary key default true check (only_row),
  mode text not null default 'clock' check (mode in ('clock', 'player'))
);
insert into platform.calendar_mode default values;

-- Written orders by which more than seven days began at once.
create table platform.day_order (
  id bigint generated always as identity primary key,
  stood_on date not null,
  until_on date not null check (until_on > stood_on),
  reference text not null check (length(reference) between 1 and 200),
  recorded_at timestamptz not null default clock_timestamp()
);
create trigger day_order_is_append_only before update or delete on platform.day_order
  for each row execute function platform.refuse_change();
create trigger day_order_is_never_truncated before truncate on platform.day_order
  for each statement execute function platform.refuse_change();

-- What a local date can be: neither infinite nor before our era.
alter table platform.business_day add constraint business_day_is_a_local_date
  check (day between '0001-01-01' and '9999-12-31');

-- A refused start of a day is set aside as one record, so that two persons may pass over it.
alter table platform.parked_event drop constraint parked_event_cause_check;
alter table platform.parked_event add constraint parked_event_cause_check check (cause in ('UNDECODABLE', 'UNKNOWN_TYPE',
  'HANDLER_FAILED', 'BEHIND_A_PARKED_EVENT', 'AWAITS_CALENDAR', 'FOREIGN_NUMBER', 'OLD_INCARNATION', 'UNREADABLE_BATCH',
  'DAY_JUMPS'));
alter table platform.parked_event drop constraint parked_event_check1, add constraint parked_event_through_check
  check ((through is not null) = (cause in ('UNREADABLE_BATCH', 'DAY_JUMPS')));
alter table platform.skipped_event drop constraint skipped_event_check, add constraint skipped_event_through_check
  check ((through is not null) = (cause in ('UNREADABLE_BATCH', 'DAY_JUMPS')));
