-- What the service may do, table by table.

-- Append-only: who looked at whom.
grant select, insert on look to :"service";

-- Who is logged in, and whom we have seen.
grant select, insert, delete on session, ended_login to :"service";
-- Whose session it is, with which secrets and until when stays.
grant update (grants, organisation_id, uais, claims_at, seen_at) on session to :"service";
grant select, insert on agent to :"service";
grant update (name, seen_at) on agent to :"service";

-- Copies of what other services own.
grant select, insert on market_agreement, skipped_notice to :"service";
grant select, insert, update, delete on school, person to :"service";
grant select, insert on account, membership, school_financed, seats, invoice to :"service";
grant update (state, since, uai, membership_id, failure_code, sequence) on account to :"service";
grant update (organisation_name, status, starts_on, ends_on) on membership to :"service";
grant update (ends_on) on school_financed to :"service";
grant update (on_day, ordered, held, waiting) on seats to :"service";
grant update (status, number, issued_on, contestable_until, total_cents, answer) on invoice to :"service";
grant select, insert, delete on person_word, enrolment, seat_loss to :"service";
