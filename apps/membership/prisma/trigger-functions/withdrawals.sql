-- One notice at a time. The lock makes two of them queue.
create or replace function withdrawal_notice_is_the_only_one() returns trigger language plpgsql as $$
begin
  perform 1 from membership where id = new.membership_id for no key update;
  if (standing_notice_of(new.membership_id)).id is not null then
    raise exception 'membership % has given notice already', new.membership_id using errcode = 'unique_violation';
  end if;
  return new;
end $$;

-- It counts if it was sent within the months before the lock-in ends, and frees on that day (WDR-1, WDR-2); the
-- coordinator cannot withdraw.
create or replace function withdrawal_notice_keeps_its_window() returns trigger language plpgsql as $$
begin
  if not exists (
    select 1 from membership m join market k on k.code = m.market_code
     cross join lateral (
       select make_interval(months => (k.terms #>> '{calendar,lockInMonths}')::integer) as lock_in,
              make_interval(months => (k.terms #>> '{calendar,noticeWindowMonths}')::integer) as notice) months
     where m.id = new.membership_id and m.status = 'ACTIVE' and new.takes_effect_on < m.ends_on
       and m.organisation_id <> 'org-' || (k.terms ->> 'coordinatorSiren')
       and new.takes_effect_on = (k.terms #>> '{calendar,effectiveOn,actual}')::date + months.lock_in
       and new.sent_on >= new.takes_effect_on - months.notice and new.sent_on < new.takes_effect_on
       and new.recorded_on <= (select day from platform.business_day)
  ) then
    raise exception 'the notice % of membership % does not keep the window of its market', new.id, new.membership_id
      using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- Taken back before it takes effect, by a letter of its own file, or not at all.
create or replace function withdrawal_revocation_comes_in_time() returns trigger language plpgsql as $$
begin
  perform 1 from withdrawal_notice n join membership m on m.id = n.membership_id
    where n.id = new.notice_id and m.status = 'ACTIVE' and new.recorded_on < n.takes_effect_on
    for no key update of m;
  if not found then
    raise exception 'notice % is in effect', new.notice_id using errcode = 'check_violation';
  end if;
  if not exists (select from withdrawal_notice n, papers_of(n.membership_id) d
                  where n.id = new.notice_id and d.id = new.document_id and d.kind = 'LETTER') then
    raise exception 'the revocation of notice % rests on no letter of its file', new.notice_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
