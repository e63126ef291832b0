-- An import writes these by the thousand, and PostgreSQL looks up a foreign key row by row, with a lock on each. What they
-- lead to, declared sources and schools, is never removed, and people only in turn with imports: once for each statement says
-- as much.
alter table stated_person drop constraint stated_person_source_fkey;
alter table held_statement drop constraint held_statement_source_fkey;
alter table enrolment drop constraint enrolment_uai_fkey, drop constraint enrolment_person_id_fkey;

create trigger source_is_declared after insert on stated_person
  referencing new table as added for each statement execute function source_is_declared();
create trigger source_is_declared after insert on held_statement
  referencing new table as added for each statement execute function source_is_declared();
create trigger enrolment_has_school_and_person after insert on enrolment
  referencing new table as added for each statement execute function enrolment_has_school_and_person();
create trigger enrolment_goes_when_its_person_goes after delete on person
  referencing old table as removed for each statement execute function enrolment_goes_when_its_person_goes();
