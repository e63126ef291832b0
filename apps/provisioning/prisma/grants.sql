-- What the service may do, table by table.

-- Append-only: what was ordered, and how an account went from state to state.
grant select, insert on order_line, account_transition to :"service";

-- The books of seats. How many are held follows the accounts, by the owner's trigger functions alone (SECURITY DEFINER).
grant select on seat_pool to :"service";
grant insert (membership_id, item_code) on seat_pool to :"service";
grant update (ordered, stands_on, tolerance, over_since) on seat_pool to :"service";

-- Never removed.
grant select, insert, update on account to :"service";

-- Copies of what other services own, and what follows from them.
grant select, insert, update on market, membership, school_financing, import_progress to :"service";
grant select, insert, update, delete on school, person, person_mark, pool_mark, structure_reading to :"service";
grant select, insert, delete on market_item, market_way_in, person_enrolment to :"service";
grant usage on sequence import_completion_order to :"service";

-- What the ENT is told and has told.
grant select, insert, update on ent_structure, ent_class to :"service";
grant select, insert, update, delete on ent_link, ent_task, seat_notice to :"service";
