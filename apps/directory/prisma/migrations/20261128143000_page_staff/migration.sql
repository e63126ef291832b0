-- A member's LDAP reads the staff of its schools page by page, in the order of people.
create index enrolment_at_work on enrolment (person_id, uai)
  where ends_on is null and profile in ('TEACHER', 'PERSONNEL');
