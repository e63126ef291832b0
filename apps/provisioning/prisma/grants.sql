-- What the service may do, table by table.

-- Append-only: what was ordered, and how an account went from state to state.
grant select, insert on order_line, account_transition to :"service";

-- The books of seats. How many are held follows the accounts, by the owner's trigger functions alone (SECURITY DEFINER).
grant select on seat_pool to :"service";
grant insert (membership_id, item_code) on seat_pool to :"service";
grant update (ordered, stands_on, tolerance, over_since) on seat_pool to :"service";

-- Never removed, and whose it is stays.
grant select, insert on account to :"service";
grant update (state, open_state, activated, since, sequence, uai, membership_id, item_code, entry_on, source_key,
              class_label, class_level, closing_ends_on, failure_code, next_uai, next_membership_id, next_item_code,
              next_class_label, next_class_level,
              ent_id, login, ent_blocked, ent_removed, ent_external_id, ent_identity, ent_mail)
  on account to :"service";

-- Copies of what other services own, and what follows from them.
grant select, insert on market, membership, school_financing, import_progress to :"service";
grant update (version, grace_days, over_quota, tolerance_days, tolerance_percent) on market to :"service";
grant update (organisation_id, organisation_name, starts_on, ends_on, ended_by) on membership to :"service";
grant update (ends_on, awaits_transfer, ended_by) on school_financing to :"service";
grant update (consumed, expected, completion_order, settled) on import_progress to :"service";
grant select, insert, update, delete on school, person, person_mark, pool_mark, structure_reading to :"service";
grant select on fed_school_today, person_at_school, ent_own_place, ent_wanted_place, ent_place_gap, ent_link_gap to :"service";
grant select, insert, delete on market_item, market_way_in, person_enrolment, person_class to :"service";
grant usage on sequence import_completion_order to :"service";

-- What the ENT is told and has told.
grant select, insert, delete on ent_structure, ent_class to :"service";
grant update (ent_id) on ent_structure to :"service";
grant update (ent_id) on ent_class to :"service";
grant select, insert, update, delete on ent_link, ent_place, ent_task, seat_notice to :"service";

-- Blocks that wait for no plan; whose and why stays.
grant select, insert, delete on ent_urgent_block to :"service";
grant update (wanted, told, attempts, not_before) on ent_urgent_block to :"service";

-- What each night found in the ENT; whose it is stays.
grant select, insert, delete on ent_look to :"service";
grant update (membership_id, status, incident_code, users, compared, first_uses, calls, differences, decided_by)
  on ent_look to :"service";

-- Users that others created in the ENT by hand.
grant select, insert, update, delete on ent_hand_made_user to :"service";

-- Activations that a restore of the ENT lost.
grant select, insert, delete on lost_activation to :"service";

-- Schools that an academy feeds: what was declared stays, the end is set once. Links that a feed restores.
grant select, insert on fed_school to :"service";
grant update (ends_on, ended_by, end_reason, compared_at) on fed_school to :"service";
grant select, insert, delete on link_exposure to :"service";
grant update (cut_at) on link_exposure to :"service";

-- Accounts that the ENT lacks: readings, and the uses of a confirmation, which stay.
grant select, insert, update, delete on ent_missing_school to :"service";
grant select, insert on ent_missing_confirmation to :"service";
grant select on ent_missing_confirmed to :"service";

-- Letters asked for.
grant select, insert, delete on letter_request to :"service";
grant update (reason, asked_by, asked_on, expires_on, printed_on) on letter_request to :"service";
-- Plans towards the ENT: what was planned stays as it was read, and a decision as it was made.
grant select, insert, delete on ent_plan to :"service";
grant select, insert on ent_plan_part, ent_plan_decision to :"service";
grant update (state) on ent_plan_part to :"service";
grant select, insert, delete on ent_approval to :"service";
grant update (figure) on ent_approval to :"service";

-- All of a cause tried again; whose and why stays.
grant select, insert, delete on ent_retry to :"service";
grant update (state) on ent_retry to :"service";
grant select, insert on ent_retry_account to :"service";
grant update (state) on ent_retry_account to :"service";

-- The last report of the ENT's contract.
grant select, insert on ent_contract to :"service";
grant update (address, level, ran_at, recorded_on, recorded_by, confirmed, left_there, cases) on ent_contract to :"service";

-- Written by a recovery, as the owner.
grant select, delete on lost_account_fact to :"service";
grant select, insert on lost_day to :"service";

-- Up to which day everything is told.
grant select on days_told to :"service";
grant update (before) on days_told to :"service";
