-- The period of a membership as its recorded decisions give it (ADH-6): from the market's actual effective date, or
-- from the succession that made it a member, to the first end that was decided: by a succession in full, by a judge,
-- by a notice that stands, else with its market.
create or replace function decided_period(of_membership text, out starts_on date, out ends_on date, out end_cause text)
language sql stable as $$
  select coalesce((select s.effective_on from succession s where s.successor_membership_id = m.id and s.is_successor_created),
                  (k.terms #>> '{calendar,effectiveOn,actual}')::date),
         ends.day, ends.cause
    from membership m join market k on k.code = m.market_code
   cross join lateral (
     select s.effective_on as day, 'SUCCESSION' as cause from succession s
      where s.predecessor_membership_id = m.id and s.kind = 'FULL' and s.status = 'CARRIED_OUT'
     union all
     select x.effective_on, 'EXCLUSION' from exclusion x where x.membership_id = m.id
     union all
     select n.takes_effect_on, 'WITHDRAWAL' from standing_notice_of(m.id) n where n.id is not null
     union all
     select (k.terms #>> '{calendar,endsOn}')::date, 'END_OF_MARKET'
      order by day, cause limit 1) ends
   where m.id = of_membership
$$;

-- Judged when a transaction ends, whoever writes. The lock makes who decides and who prolongs the market queue.
create or replace function refuse_undecided_period(of_membership text) returns void language plpgsql as $$
declare
  m membership;
  decided record;
begin
  select * into m from membership where id = of_membership and status in ('ACTIVE', 'ENDED');
  if not found then return; end if;
  perform 1 from market where code = m.market_code for share;
  select * into decided from decided_period(m.id);
  if (m.starts_on, m.ends_on) is distinct from (decided.starts_on, decided.ends_on)
     or m.end_cause is distinct from (
          case m.status when 'ACTIVE' then nullif(decided.end_cause, 'END_OF_MARKET') else decided.end_cause end) then
    raise exception 'the period of membership % from % to % (%) rests on nothing: its decisions say from % to % (%)',
      m.id, m.starts_on, m.ends_on, m.end_cause, decided.starts_on, decided.ends_on, decided.end_cause
      using errcode = 'check_violation';
  end if;
  if m.status = 'ENDED' and m.ends_on > (select day from platform.business_day) then
    raise exception 'membership % is ended before its day %', m.id, m.ends_on using errcode = 'check_violation';
  end if;
end $$;
