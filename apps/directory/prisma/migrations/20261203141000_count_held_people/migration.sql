-- What a plan makes of the person of a change, over all schools: held people are counted once (DIR-3).
alter table plan_change add column becomes text
  check (becomes in ('ADDED', 'RETURNED', 'ENDED', 'IDENTITY', 'CHANGED'));
