-- What was written stays: ledger, commitments, prices, lines of invoices.

create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% keeps what was written: % refused', tg_table_name, tg_op
    using errcode = 'integrity_constraint_violation';
end $$;

-- A copy says what its newest event said: it changes with a later version only, and its version never goes back.
create or replace function copy_goes_forward() returns trigger language plpgsql as $$
declare
  is_market boolean := tg_table_name = 'market';
  before bigint := case when is_market then to_jsonb(old) ->> 'version' else to_jsonb(old) ->> 'membership_version' end;
  now bigint := case when is_market then to_jsonb(new) ->> 'version' else to_jsonb(new) ->> 'membership_version' end;
begin
  if now < before or (is_market and now = before and new is distinct from old) then
    raise exception 'The copy of a % goes forward only: % after %', tg_table_name, now, before
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

-- What is kept by version is of the version that the membership stands at: nothing is slipped in before it, where an
-- invoice was priced, or after it, where the next one would be. Bounds are those of the membership itself.
create or replace function is_of_the_version_told() returns trigger language plpgsql as $$
declare
  told membership%rowtype;
  said jsonb := to_jsonb(new);
begin
  select * into told from membership where membership_id = new.membership_id;
  if told.membership_version is distinct from new.membership_version
    or tg_table_name = 'membership_bound'
      and (to_jsonb(told.starts_on), to_jsonb(told.ends_on)) is distinct from (said -> 'starts_on', said -> 'ends_on') then
    raise exception '% of % at version % is not what the membership stands at', tg_table_name, new.membership_id,
      new.membership_version using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;

-- A ledger grows at its end: no line is slipped in at or before a place that was told, where invoices were priced.
create or replace function lines_follow_what_was_told() returns trigger language plpgsql as $$
begin
  if exists (
    select from (select membership_id, min(ledger_position) as first from added group by membership_id) as grown
      join ledger_line known on known.membership_id = grown.membership_id and known.ledger_position >= grown.first
     where (known.membership_id, known.ledger_position, known.line) not in (
       select membership_id, ledger_position, line from added)) then
    raise exception 'A line of the ledger comes after those that were told'
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
