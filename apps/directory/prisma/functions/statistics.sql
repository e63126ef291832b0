-- A first import fills these tables in minutes, while the planner still believes them empty and would read them
-- whole for each batch. Only the owner may analyze, so the import asks for it through this function.
-- A tenth of the usual sample tells a full table from an empty one; autovacuum takes the whole one later.
create or replace function refresh_statistics() returns void language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp set default_statistics_target = 10 as $$
begin
  analyze person;
  analyze person_key;
  analyze enrolment;
  analyze guardian_link;
  analyze structure;
  analyze stated_person;
  analyze stated_place;
  analyze stated_link;
end $$;

-- Likewise what was delivered: once.
create or replace function refresh_delivery_statistics() returns void language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp set default_statistics_target = 10 as $$
begin
  analyze delivered_person;
  analyze delivered_place;
  analyze delivered_link;
end $$;

-- And what was planned: a part takes it batch by batch, in its order.
create or replace function refresh_plan_statistics() returns void language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp set default_statistics_target = 10 as $$
begin
  analyze plan_change;
end $$;

-- What is held anew waits in a list before it comes into the index of who names whom, and each look-up of a key would read
-- that list whole until the next vacuum.
create or replace function settle_held_statements() returns void language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform gin_clean_pending_list('held_statement_refers');
end $$;

-- And what a full export said, which deltas look up key by key: without statistics the planner reads all of it for a few
-- keys.
create or replace function refresh_held_statements() returns void language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp set default_statistics_target = 10 as $$
begin
  perform settle_held_statements();
  analyze held_statement;
end $$;
