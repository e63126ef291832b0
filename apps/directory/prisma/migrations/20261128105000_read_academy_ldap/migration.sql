-- What the academy's single sign-on knows a member of its staff by (AUT-1): only its LDAP states it.
alter table stated_person add column academic_identifier text;
alter table delivered_person add column academic_identifier text;
alter table person add column academic_identifier text;
