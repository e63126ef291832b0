-- What the service may do, table by table.
grant select, insert, update on structure, enrolment, directory_import to :"service";
grant select, insert, update, delete on person, person_key, guardian_link, import_remark to :"service";

-- An exception: an import lays out its plan, millions of rows, in temporary tables that nobody else sees and that are
-- gone with its connection. No function of this database that acts as the owner can be made a trigger of one.
grant temporary on database :"DBNAME" to :"service";
grant execute on function refresh_statistics() to :"service";
