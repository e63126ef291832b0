-- What a source says of classes and groups beside a pupil's first class: [{ "id", "label" }], ordered; null: nothing.
-- Delivered, an adult's too; stated, those of an adult are dated (class_link).
alter table delivered_place add column classes jsonb, add column groups jsonb;
alter table stated_place add column classes jsonb, add column groups jsonb;
create index delivered_place_taught on delivered_place (import_id)
  where profile in ('TEACHER', 'PERSONNEL', 'GUEST') and (classes is not null or groups is not null);
create index stated_place_divided on stated_place (source, uai) where classes is not null or groups is not null;

-- FURTHER_STUDENT: a further school of a pupil, which gives no account and no seat (DIR-4, PRV-1).
alter table enrolment add column classes jsonb, add column groups jsonb,
  drop constraint enrolment_profile_check,
  add constraint enrolment_profile_check
    check (profile in ('STUDENT', 'FURTHER_STUDENT', 'RELATIVE', 'TEACHER', 'PERSONNEL', 'GUEST'));

-- [{ "groupId", "label" }], ordered, as `classes`; the circonscription by its name, else by its key in the source.
alter table delivered_structure add column groups jsonb not null default '[]', add column circonscription text not null default '';
alter table stated_structure add column groups jsonb not null default '[]', add column circonscription text not null default '';
alter table structure add column groups jsonb not null default '[]', add column circonscription text not null default '';

-- Which class or group an adult has in a school, as each source says it, dated [starts_on, ends_on) by the days of its
-- imports. By the source's key, which leads to the person: a merge moves it, and undoing one moves it back, exactly.
create table class_link (
  source text collate "C" not null references declared_source,
  source_key text collate "C" not null,
  uai text collate "C" not null,
  is_group boolean not null,
  class_id text collate "C" not null,
  class_label text not null,
  starts_on date not null,
  ends_on date check (ends_on >= starts_on),
  primary key (source, source_key, uai, is_group, class_id, starts_on)
);
create unique index class_link_current on class_link (source, source_key, uai, is_group, class_id) where ends_on is null;
create trigger class_link_keeps_its_past before update on class_link
  for each row when (old.ends_on is not null) execute function class_link_keeps_its_past();

-- What of the classes and groups of somebody who stays begins or ends: [{ "uai", "classId", "group", "change" }]; null: nothing.
alter table plan_change add column class_changes jsonb;
