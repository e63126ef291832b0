-- C may move from a day on (ADH-5): a version of C is a list of steps. The default lies before every
-- membership: in force from its first day.
alter table commitment drop constraint commitment_pkey;
alter table commitment add column effective_from date not null default '1900-01-01';
alter table commitment add primary key (membership_id, membership_version, item_code, effective_from);
