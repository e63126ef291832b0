-- What the service may do, table by table.

-- Append-only: who looked at whom.
grant select, insert on look to :"service";

-- Who is logged in, and whom we have seen.
grant select, insert, update, delete on session to :"service";
grant select, insert, delete on ended_login to :"service";
grant select, insert, update on agent to :"service";

-- Copies of what other services own.
grant select, insert, update, delete on school, person to :"service";
grant select, insert, update on account, membership, school_financed, seats, invoice to :"service";
grant select, insert, delete on person_word, enrolment, seat_loss to :"service";
