-- What was asked over LDAP: the filter without its values. Null for looks in the console, so their seals stay.
alter table look add column question text;
