-- Which way a membership goes, and what its end rests on (ADH-6, WDR-1, EXC-1, ADH-5).

create or replace function membership_version_has_no_gap() returns trigger language plpgsql as $$
begin
  raise exception 'the version of membership % goes from % to %', old.id, old.version, new.version using errcode = 'check_violation';
end $$;

-- A membership goes forward only (ADH-6), and once in force it stays in its market: otherwise C could
-- be thawed, or judged by another market's items and scope.
create or replace function membership_goes_forward() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and (old.status, new.status) not in (
    ('APPLIED', 'ACCEPTED'), ('APPLIED', 'REFUSED'), ('ACCEPTED', 'REFUSED'), ('ACCEPTED', 'ACTIVE'), ('ACTIVE', 'ENDED')
  ) then
    raise exception 'membership % does not go from % to %', old.id, old.status, new.status using errcode = 'check_violation';
  end if;
  if old.status in ('ACTIVE', 'ENDED') and (new.id, new.market_code, new.organisation_id)
     is distinct from (old.id, old.market_code, old.organisation_id) then
    raise exception 'membership % stays with its market and organisation', old.id using errcode = 'check_violation';
  end if;
  -- Whoever changes the market's terms meanwhile waits, then finds it in force.
  if new.status = 'ACTIVE' and old.status <> 'ACTIVE' then
    perform 1 from market where code = new.market_code for share;
  end if;
  return new;
end $$;

-- An end by withdrawal or exclusion is that of the letter or of the decision, whoever writes it, and while
-- nothing of the kind stands nobody gives it as the cause.
create or replace function membership_end_rests_on_evidence() returns trigger language plpgsql as $$
begin
  if (new.end_cause = 'WITHDRAWAL' and (standing_notice_of(new.id)).takes_effect_on is distinct from new.ends_on)
     or (new.end_cause = 'EXCLUSION'
         and (select x.effective_on from exclusion x where x.membership_id = new.id) is distinct from new.ends_on) then
    raise exception 'the end of membership % by % on % rests on nothing', new.id, new.end_cause, new.ends_on
      using errcode = 'check_violation';
  end if;
  return null;
end $$;

-- An end by succession is that of one carried out.
create or replace function membership_end_rests_on_succession() returns trigger language plpgsql as $$
begin
  if new.end_cause = 'SUCCESSION' and not exists (
    select 1 from succession s where s.predecessor_membership_id = new.id and s.kind = 'FULL'
       and s.status = 'CARRIED_OUT' and s.effective_on = new.ends_on
  ) then
    raise exception 'the end of membership % by succession on % rests on nothing', new.id, new.ends_on
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
