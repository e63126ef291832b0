create or replace function refuse_certificate_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;

-- Whoever writes: of the service's day, of a period that is told, on top of the membership's last one, and known by
-- what it says. Whether what it says was counted is found by counting again.
create or replace function certificate_is_of_its_day() returns trigger language plpgsql as $$
declare
  last cut_off_certificate%rowtype;
  newest bigint := (select coalesce(max(intake), 0) from cut_off_certificate);
begin
  select * into last from cut_off_certificate where membership_id = new.membership_id order by rank desc limit 1;
  if new.certified_on is distinct from (select day from platform.business_day)
    or new.told_before > coalesce((select min(before) from days_told), '-infinity')
    or new.rank <> coalesce(last.rank, 0) + 1
    or new.previous <> coalesce(last.sha256, repeat('0', 64))
    or new.intake not between newest and newest + 1
    or new.revision <> (select count(*) from cut_off_certificate
         where (membership_id, starts_on, ends_on) = (new.membership_id, new.starts_on, new.ends_on))
    or new.sha256 is distinct from certificate_hash(new) then
    raise exception 'A certificate of % does not follow from what stands', new.membership_id
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
