-- The paper lies in the file of either member, or is the market's own (ADH-2, SCH-2).
create or replace function school_transfer_rests_on_its_paper() returns trigger language plpgsql as $$
begin
  if not exists (select from papers_about(new.from_membership_id, new.to_membership_id) d where d.id = new.document_id) then
    raise exception 'school transfer % rests on no paper of its members or market', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$;

create or replace function school_transfer_is_decided_once() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.status <> 'PROPOSED'
     or (new.id, new.market_code, new.from_membership_id, new.to_membership_id, new.uais, new.effective_on, new.document_id,
         new.territory_exception, new.proposed_by, new.proposed_on)
        is distinct from
        (old.id, old.market_code, old.from_membership_id, old.to_membership_id, old.uais, old.effective_on, old.document_id,
         old.territory_exception, old.proposed_by, old.proposed_on)
  then
    raise exception 'school transfer % is decided once and does not change', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

-- Days that were given to a member are not rewritten (SCH-1): an end comes earlier, or comes back as far as the link is
-- entitled to when its membership does not end so early after all. What a decision ended is not given back.
create or replace function school_link_keeps_its_days() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE'
     or (new.id, new.membership_id, new.uai, new.starts_on, new.insee, new.territory_exception, new.exception_document_id,
         new.recorded_by, new.recorded_on)
        is distinct from
        (old.id, old.membership_id, old.uai, old.starts_on, old.insee, old.territory_exception, old.exception_document_id,
         old.recorded_by, old.recorded_on)
     or (new.open_ended and not old.open_ended)
     or (new.ends_on > old.ends_on and not old.open_ended and new.ends_on > coalesce(old.would_end_on, old.ends_on))
     or new.would_end_on > greatest(old.would_end_on, old.ends_on)
     or ((new.end_reason, new.end_document_id) is distinct from (old.end_reason, old.end_document_id)
         and (new.end_reason is null or new.ends_on >= old.ends_on or new.open_ended or new.would_end_on is not null)) then
    raise exception 'school link % keeps its days, and ends once for a reason', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

-- Judged when a transaction ends, whoever writes: a link lies within its membership, and ends earlier by a decision of
-- which the days are to come, by a transfer or a succession that was carried out, or with its membership.
create or replace function school_link_rests_on_decisions() returns trigger language plpgsql as $$
declare
  m membership;
  l school_link;
begin
  if tg_table_name = 'membership' then
    if exists (select from school_link f where f.membership_id = new.id and f.ends_on > greatest(f.starts_on, new.ends_on)) then
      raise exception 'membership % ends on % before schools that it finances', new.id, new.ends_on using errcode = 'check_violation';
    end if;
    return null;
  end if;
  -- The lock makes who ends the membership wait, and find this link.
  select * into m from membership where id = new.membership_id for share;
  -- As it stands now: what a transaction cut and gave back it did not end.
  select * into l from school_link where id = new.id;
  if l.ends_on > l.starts_on and (m.status not in ('ACTIVE', 'ENDED') or l.starts_on < m.starts_on or l.ends_on > m.ends_on) then
    raise exception 'school link % from % to % lies outside membership % from % to %',
      l.id, l.starts_on, l.ends_on, m.id, m.starts_on, m.ends_on using errcode = 'check_violation';
  end if;
  if tg_op = 'INSERT' or l.ends_on >= old.ends_on or l.ends_on = greatest(l.starts_on, m.ends_on)
     or exists (select from succession s where s.predecessor_membership_id = m.id and s.status = 'CARRIED_OUT'
                   and l.uai = any(s.schools_moved) and l.ends_on = greatest(l.starts_on, s.effective_on)) then
    return null;
  end if;
  if l.end_reason is null then
    raise exception 'school link % ends on % for no reason', l.id, l.ends_on using errcode = 'check_violation';
  elsif l.end_reason = 'TRANSFER' then
    if not exists (select from school_transfer t where t.from_membership_id = m.id and t.status = 'CARRIED_OUT'
                      and l.uai = any(t.uais) and t.effective_on = l.ends_on) then
      raise exception 'school link % ends on % by no transfer', l.id, l.ends_on using errcode = 'check_violation';
    end if;
  elsif l.ends_on <= platform.business_date() then
    raise exception 'school link % ends on %, a day that is past', l.id, l.ends_on using errcode = 'check_violation';
  end if;
  return null;
end $$;
