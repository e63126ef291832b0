-- One notice at a time. The lock makes two of them queue.
create or replace function withdrawal_notice_is_the_only_one() returns trigger language plpgsql as $$
begin
  perform 1 from membership where id = new.membership_id for no key update;
  if (standing_notice_of(new.membership_id)).id is not null then
    raise exception 'membership % has given notice already', new.membership_id using errcode = 'unique_violation';
  end if;
  return new;
end $$;

-- Taken back before it takes effect, or not at all.
create or replace function withdrawal_revocation_comes_in_time() returns trigger language plpgsql as $$
begin
  perform 1 from withdrawal_notice n join membership m on m.id = n.membership_id
    where n.id = new.notice_id and m.status = 'ACTIVE' and new.recorded_on < n.takes_effect_on
    for no key update of m;
  if not found then
    raise exception 'notice % is in effect', new.notice_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
