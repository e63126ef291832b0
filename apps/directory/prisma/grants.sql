-- What the service may do, table by table.
grant select, insert on structure, enrolment, directory_import, plan, plan_school, plan_part to :"service";
grant update (source_key, name, insee, commune, postal_code, is_public, classes, groups, circonscription, content_hash,
              revision, import_id)
  on structure to :"service";
grant update (starts_on, ends_on, class_id, class_label, level, is_head, post, classes, groups) on enrolment to :"service";
-- Which files, of which day and asked for when an import stays; what it did follows.
grant update (state, entries_read, people_planned, people_applied, people_created, people_changed, people_removed,
              structures, attempts, delivered_on, content_digest, scope, scope_uais, scope_entities, carried_uais, replaced_by, extent, read_up_to, stopped_by,
              -- Forgotten, and nothing else (`folder_is_forgotten`).
              folder) on directory_import to :"service";
grant select, insert on declared_source to :"service";
grant update (kind, title, academy_code, priority, departments, uais, profiles, enabled, delivers_deltas, held_on,
              priorities, derived_to, compared_to, every_days, expected_since)
  on declared_source to :"service";
grant select, insert, delete on upload, remark_line to :"service";
-- Who a person is stays: never another id.
grant select, insert, delete on person, guardian_link, import_remark to :"service";
grant update (source, source_key, last_name, first_name, birth_date, ine_hash, academic_identifier, revision, import_id, left_on)
  on person to :"service";
grant update (relation) on guardian_link to :"service";
grant update (message, count) on import_remark to :"service";
grant select, insert, delete on person_key to :"service";
grant select, insert, delete on stated_person to :"service";
grant update (person_id, entity, last_name, first_name, birth_date, ine_hash, academic_identifier, digest, dated_on)
  on stated_person to :"service";
grant select, insert, delete on stated_place, stated_link to :"service";
grant update (class_id, class_label, level, is_head, entered_on, post, classes, groups) on stated_place to :"service";
grant update (relation) on stated_link to :"service";
grant select, insert, delete on class_link to :"service";
grant update (class_label, ends_on) on class_link to :"service";
grant select, insert, delete on held_statement to :"service";
grant update (ine_hash, attributes, refers) on held_statement to :"service";
grant select, insert, delete on held_before to :"service";
grant update (attributes, refers) on held_before to :"service";
-- Nobody is told again or proved to be gone from the first.
grant select, insert (person_id, left_on, erased_on) on erasure to :"service";
grant update (told_again_on, keys_left) on erasure to :"service";
grant select, insert on erasure_proof to :"service";
grant select, insert on stated_structure, applied_school to :"service";
grant update (source_key, name, insee, commune, postal_code, is_public, classes, groups, circonscription, digest, dated_on)
  on stated_structure to :"service";
grant update (dated_on) on applied_school to :"service";
-- Never changed: read, added whole, removed when the import has ended.
grant select, insert, delete on delivered_structure, delivered_person, delivered_place, delivered_link, delivered_absence to :"service";
grant select, insert, delete on plan_change to :"service";
grant update (part) on plan_change to :"service";
grant update (state) on plan to :"service";
grant update (state, part, decided_by, decided_on, reason) on plan_school to :"service";
grant update (next_seq, schools_applied, person_events, structure_events, completed) on plan_part to :"service";

-- Who may be whom (DIR-2).
grant select, insert on blocking_keys to :"service";
grant update (keys) on blocking_keys to :"service";
grant select, insert, delete on person_to_key to :"service";
grant select, insert, delete on doubtful_pair, person_side, side_link, stated_before to :"service";
grant update (statement) on stated_before to :"service";
-- Undoing lets places go: no merge is undone from the first.
grant select, delete, insert (merge_id, pair_id, survivor_id, absorbed_id, merged_on, merged_by, by_import, step, absorbed_uais)
  on person_merge to :"service";
grant select, insert on merged_key to :"service";
grant usage on sequence merge_step to :"service";
grant update (answer, answered_by, answered_on) on doubtful_pair to :"service";
grant update (undone_on, undone_by) on person_merge to :"service";
-- A merge moves identifiers, and undoing one parts the places.
grant update (person_id) on person_key to :"service";
grant delete on enrolment to :"service";

-- An exception: an import reads its files and compares, millions of rows, in temporary tables that nobody else sees and
-- that are gone with its connection. No function of this database that acts as the owner can be made a trigger of one.
grant temporary on database :"DBNAME" to :"service";
grant execute on function refresh_statistics(), refresh_delivery_statistics(), refresh_plan_statistics(), refresh_held_statements(),
  settle_held_statements(), is_other_person(text, text, date, text, text, date), plain_name(text), are_held_apart(uuid, uuid) to :"service";
