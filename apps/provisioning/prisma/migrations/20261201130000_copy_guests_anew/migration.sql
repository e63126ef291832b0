-- Whom a rule of before has copied otherwise than it would be copied now: copied again from the topic (`CopyAnew`).
alter table person add column is_outdated boolean not null default false;
create index person_outdated on person (person_id) where is_outdated;
-- Guests who were copied with the class of a pupil before inspectors, advisers and representatives of a commune had none
-- (art. 5): what they are stands in their state alone.
update person p set is_outdated = true
where exists (select from person_enrolment e where e.person_id = p.person_id and e.profile = 'GUEST' and e.class_label <> '')
  or exists (select from person_class c where c.person_id = p.person_id and c.profile = 'GUEST' and c.class_label <> 'Partenaires');
