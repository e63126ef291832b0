-- Of what a delivery speaks: what its source stated last is compared as far as that, and the rest stays (DIR-5).
alter table directory_import
  -- The school whose delivery it is, for formats that do not say it; empty where the files do.
  add column uai text not null default '',
  add column scope text not null default 'SOURCE' check (scope in ('SOURCE', 'SCHOOLS')),
  add column scope_uais text[] not null default '{}',
  -- 1 pupils, 2 guardians, 3 staff: of the others nobody leaves by absence.
  add column scope_entities smallint[] not null default '{1,2,3}',
  drop constraint directory_import_folder_fingerprint_key;
-- The same files of the same day are one import, unless it was refused: what was wanting then may be there now.
create unique index directory_import_delivery on directory_import (folder, fingerprint, uai, dated_on) where state <> 'REFUSED';

-- Sources that speak school by school have a key for each school, `UAI/kind/key`: who else bears that key is found here.
create index person_key_in_schools on person_key (source, substr(source_key, 12)) where substr(source_key, 9, 1) = '/';

-- Data are older or younger for those of whom they speak: a teachers' file says nothing of the age of the pupils'.
alter table applied_school add column entity smallint not null default 1, drop constraint applied_school_pkey,
  add primary key (source, uai, entity);
insert into applied_school (source, uai, dated_on, entity)
select a.source, a.uai, a.dated_on, e.entity from applied_school a, (values (2), (3)) as e (entity);
alter table applied_school alter column entity drop default;

-- What brings an adult into the schools: { "role", "organisation" | "insee", "commune" | "circonscription" }.
alter table stated_place add column post jsonb;
alter table delivered_place add column post jsonb;
alter table enrolment add column post jsonb,
  drop constraint enrolment_profile_check,
  add constraint enrolment_profile_check check (profile in ('STUDENT', 'RELATIVE', 'TEACHER', 'PERSONNEL', 'GUEST'));

-- Null: the source does not say, and what another one says of the school counts (SCH-1).
alter table stated_structure alter column is_public drop not null;
alter table delivered_structure alter column is_public drop not null;
