-- The member's organisation as people know it; empty until it is announced anew.
alter table membership add column organisation_name text not null default '';
