-- A membership in force rests on a signed convention, on the papers of a complete application and on the award of its
-- market (ADH-2, ADH-6).

-- Whom a succession made a member signed nothing of its own: its predecessor did (ADH-5). A market that was awarded
-- elsewhere has no tender here; its fixed notification says it.
create or replace function membership_rests_on_its_ground() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from succession s where s.successor_membership_id = new.id
                   and s.is_successor_created and s.status = 'CARRIED_OUT') then
    if not exists (select 1 from convention_signature s where s.membership_id = new.id) then
      raise exception 'membership % rests on no signed convention', new.id using errcode = 'check_violation';
    end if;
    if exists (select from papers_to_deposit(new.id)) then
      raise exception 'membership % rests on papers that are not deposited', new.id using errcode = 'check_violation';
    end if;
  end if;
  if exists (select 1 from market k where k.code = new.market_code
              and k.terms #>> '{calendar,notificationOn,actual}' is null)
     or (exists (select 1 from tender t where t.market_code = new.market_code)
         and not exists (select 1 from tender_award a where a.market_code = new.market_code)) then
    raise exception 'membership % rests on no award of market %', new.id, new.market_code using errcode = 'check_violation';
  end if;
  return null;
end $$;
