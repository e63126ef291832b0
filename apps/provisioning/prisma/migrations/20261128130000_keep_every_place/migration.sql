-- Classes of a person beside the one of its enrolment, in any school: of staff each school with what it teaches there, of a
-- pupil its further classes and the classes of its further schools. No account and no seat follows from one (PRV-1).
create table person_class (
  person_id uuid not null references person on delete cascade,
  ordinal integer not null,
  profile text not null,
  uai text not null,
  class_label text not null,
  starts_on date not null,
  ends_on date,
  primary key (person_id, ordinal)
);
create index person_class_school on person_class (uai);
create index person_class_starts on person_class (starts_on);
create index person_class_ends on person_class (ends_on) where ends_on is not null;

-- The classes in which the ENT has an account, as it was told; who is in a class is in its school.
create table ent_place (
  account_id uuid not null references account,
  uai text not null,
  class_label text not null,
  ent_class_id text not null,
  primary key (account_id, uai, class_label)
);
create index ent_place_class on ent_place (ent_class_id);
create index ent_link_student on ent_link (student_account_id);
