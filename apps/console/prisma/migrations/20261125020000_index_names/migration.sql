-- Lists of people are read page by page in the order of names.
create index person_names on person (last_name, first_name, person_id);
