-- Which way a membership goes, and what its end rests on (ADH-6, WDR-1, EXC-1, ADH-5).

create or replace function membership_version_has_no_gap() returns trigger language plpgsql as $$
begin
  if new.version not in (old.version, old.version + 1) then
    raise exception 'the version of membership % goes from % to %', old.id, old.version, new.version using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- A state that there is, with the days and the cause that it has; a letter arrives no earlier than it left.
create or replace function membership_is_coherent() returns trigger language plpgsql as $$
begin
  if new.status not in ('APPLIED', 'ACCEPTED', 'REFUSED', 'ACTIVE', 'ENDED')
     or new.end_cause not in ('WITHDRAWAL', 'EXCLUSION', 'SUCCESSION', 'END_OF_MARKET')
     or new.sent_on > new.received_on
     or (new.status in ('ACTIVE', 'ENDED')) <> (new.starts_on is not null and new.ends_on is not null)
     or new.starts_on >= new.ends_on
     or new.status = 'ENDED' and new.end_cause is null then
    raise exception 'membership % is % from % to %, ended by %, its letter sent on % and received on %', new.id, new.status,
      new.starts_on, new.ends_on, new.end_cause, new.sent_on, new.received_on using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- A membership goes forward only (ADH-6), and once in force it stays in its market from its first day on: otherwise C could
-- be thawed, or judged by another market's items and scope.
create or replace function membership_goes_forward() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and (old.status, new.status) not in (
    ('APPLIED', 'ACCEPTED'), ('APPLIED', 'REFUSED'), ('ACCEPTED', 'REFUSED'), ('ACCEPTED', 'ACTIVE'), ('ACTIVE', 'ENDED')
  ) then
    raise exception 'membership % does not go from % to %', old.id, old.status, new.status using errcode = 'check_violation';
  end if;
  if old.status in ('ACTIVE', 'ENDED') and (new.id, new.market_code, new.organisation_id, new.starts_on)
     is distinct from (old.id, old.market_code, old.organisation_id, old.starts_on) then
    raise exception 'membership % stays with its market, organisation and first day', old.id using errcode = 'check_violation';
  end if;
  -- Whoever changes the market's terms meanwhile waits, then finds it in force.
  if new.status = 'ACTIVE' and old.status <> 'ACTIVE' then
    perform 1 from market where code = new.market_code for share;
  end if;
  return new;
end $$;

-- Start and end move with a recorded decision that says just that, from the side of each of them.
create or replace function period_rests_on_decisions() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'membership' then
    perform refuse_undecided_period(new.id);
  elsif tg_table_name = 'succession' then
    perform refuse_undecided_period(new.predecessor_membership_id), refuse_undecided_period(new.successor_membership_id);
  elsif tg_table_name = 'withdrawal_revocation' then
    perform refuse_undecided_period(n.membership_id) from withdrawal_notice n where n.id = new.notice_id;
  elsif tg_table_name = 'market' then
    perform refuse_undecided_period(m.id) from membership m where m.market_code = new.code;
  else
    perform refuse_undecided_period(new.membership_id);
  end if;
  return null;
end $$;
