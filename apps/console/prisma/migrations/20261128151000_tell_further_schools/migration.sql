-- Schools that a pupil has beside the home school, and has now (DIR-4): no place, so not among the enrolments.
alter table person add column further_uais text[] not null default '{}';
