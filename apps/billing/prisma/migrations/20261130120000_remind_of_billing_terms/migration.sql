-- Members reminded, before a civil year begins, of what its invoices would lack (ADH-1, BIL-6): each once on each day of
-- the campaign, with what was missing then.
create table terms_reminder (
  membership_id text not null references membership,
  -- First day of the civil year that is asked for.
  year_begins_on date not null,
  kind          text not null check (kind in ('THREE_MONTHS', 'ONE_MONTH', 'FIFTEEN_DAYS')),
  reminded_on   date not null check (reminded_on < year_begins_on),
  missing       text[] not null check (cardinality(missing) > 0),
  primary key (membership_id, year_begins_on, kind)
);
create trigger terms_reminder_is_append_only before update or delete on terms_reminder
  for each row execute function refuse_change();
create trigger terms_reminder_is_not_emptied before truncate on terms_reminder
  for each statement execute function refuse_change();
