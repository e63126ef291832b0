-- What the academy's single sign-on knows a member of its staff by (AUT-1): only its LDAP states it.
alter table stated_person add column academic_identifier text;
alter table delivered_person add column academic_identifier text;
alter table person add column academic_identifier text;

-- Latest stamp that a reading of an academy's LDAP saw, by the server's clock: once all of the reading is applied, the
-- next one asks what has changed since. Null where the server shows no stamps, and of files.
alter table directory_import add column read_up_to timestamptz;
