-- An approval rests on its decision and is worth no more than it (PRV-8); afterwards its figure only falls.
create or replace function ent_approval_rests_on_its_decision() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.figure > old.figure then
      raise exception 'the figure of an approval only falls' using errcode = 'check_violation', constraint = 'ent_approval_only_falls';
    end if;
    return new;
  end if;
  if new.figure > ent_approval_most(new.source, new.reference, new.about) then
    raise exception 'no decision approves % of %', new.figure, new.about
      using errcode = 'check_violation', constraint = 'ent_approval_rests_on_its_decision';
  end if;
  if new.starts_on > greatest(platform.business_date(), (
      select min(l.effective_from) from order_line l where new.source = 'ORDER' and l.order_id = new.reference and l.delta < 0)) then
    raise exception 'an approval begins with its decision' using errcode = 'check_violation', constraint = 'ent_approval_begins';
  end if;
  return new;
end $$;

-- The figures of an import come with its completion (PRV-2), in one transaction.
create or replace function ent_approval_completes_its_import() returns trigger language plpgsql as $$
begin
  if not exists (select from import_progress i where i.import_id = new.reference and i.expected is not null) then
    raise exception 'import % is not complete', new.reference
      using errcode = 'check_violation', constraint = 'ent_approval_completes_its_import';
  end if;
  return null;
end $$;

create or replace function import_is_completed_once() returns trigger language plpgsql as $$
begin
  if new.expected is distinct from old.expected then
    raise exception 'import % was complete with % events', old.import_id, old.expected
      using errcode = 'check_violation', constraint = 'import_is_completed_once';
  end if;
  return new;
end $$;

-- A repair beyond the threshold rests on a confirmation of two persons: valid today, of that school, up to its figure (PRV-5).
create or replace function ent_missing_is_confirmed() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.used_on <> platform.business_date() or not exists (
      select from ent_missing_confirmed c
      where c.proposal_id = new.proposal_id and c.uai = new.uai and c.missing >= new.missing) then
    raise exception 'two persons have not confirmed % missing accounts of %', new.missing, new.uai
      using errcode = 'integrity_constraint_violation', constraint = 'ent_missing_is_confirmed';
  end if;
  return new;
end $$;
