-- What the service may do, table by table.
grant select, insert on structure, enrolment, directory_import to :"service";
grant update (source_key, name, insee, commune, postal_code, is_public, classes, content_hash, revision, import_id)
  on structure to :"service";
grant update (starts_on, ends_on, class_id, class_label, level, is_head) on enrolment to :"service";
-- Which files, of which day and asked for when an import stays; what it did and who decided follows.
grant update (state, entries_read, people_planned, people_applied, people_created, people_changed, people_removed,
              structures, structure_events, approved_by, attempts) on directory_import to :"service";
grant select, insert on declared_source to :"service";
grant update (kind, title, academy_code, priority, departments, uais, profiles, enabled) on declared_source to :"service";
grant select, insert, update, delete on person, guardian_link, import_remark to :"service";
grant select, insert, delete on person_key to :"service";

-- An exception: an import lays out its plan, millions of rows, in temporary tables that nobody else sees and that are
-- gone with its connection. No function of this database that acts as the owner can be made a trigger of one.
grant temporary on database :"DBNAME" to :"service";
grant execute on function refresh_statistics() to :"service";
