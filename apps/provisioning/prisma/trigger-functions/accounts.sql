-- Who is deleted needs no place in a list or class any more (SUP-4); the login is needed no longer than the ENT has it.
create or replace function forget_deleted_account() returns trigger language plpgsql as $$
begin
  new.source_key := '';
  new.class_label := '';
  new.class_level := '';
  new.ent_identity := null;
  new.ent_mail := null;
  delete from ent_place where account_id = new.account_id;
  delete from ent_urgent_block where account_id = new.account_id;
  delete from lost_activation where account_id = new.account_id;
  if new.ent_removed or new.ent_id is null then
    new.login := null;
  end if;
  -- By it a creation without an answer is still to be found.
  if new.ent_removed or (new.ent_id is null and not exists (
      select from ent_task t where t.account_id = new.account_id and t.attempts > 0)) then
    new.ent_external_id := null;
  end if;
  return new;
end $$;

-- An account is where its last transition led (PRV-3), judged when the statement that writes both ends. Lookups by key for each
-- row, and no join of two tables: its plan, made for one row, would be kept for thousands.
create or replace function account_follows_its_transitions() returns trigger language plpgsql as $$
declare
  changed uuid[];
  unexplained uuid;
begin
  if tg_op = 'INSERT' then
    select array_agg(account_id) into changed from after_rows;
  else
    select array_agg(account_id) into changed from (
      select account_id, sequence, state, since, open_state, uai, membership_id, item_code from after_rows
      except
      select account_id, sequence, state, since, open_state, uai, membership_id, item_code from before_rows) as c;
  end if;
  if changed is null then return null; end if;
  select a.account_id into unexplained from account a
  where a.account_id = any(changed) and (
    (select row(t.sequence, t.uai, t.membership_id, t.item_code) from account_transition t
     where t.account_id = a.account_id order by t.sequence desc limit 1)
      is distinct from row(a.sequence, a.uai, a.membership_id, a.item_code)
    or (select row(t.to_state, t.effective_on) from account_transition t
        where t.account_id = a.account_id and t.from_state <> t.to_state order by t.sequence desc limit 1)
      is distinct from row(a.state, a.since)
    or (select t.to_state from account_transition t
        where t.account_id = a.account_id and t.from_state <> t.to_state and t.to_state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED')
        order by t.sequence desc limit 1) is distinct from a.open_state)
  limit 1;
  if found then
    raise exception 'account % is not where its transitions led', unexplained
      using errcode = 'check_violation', constraint = 'account_follows_its_transitions';
  end if;
  return null;
end $$;

-- The table of PRV-3. A transition follows the one before, on a day that has begun and not before it. Rows of one state twice
-- change no state: a move, or a day of a lost life that is stated again (RECONCILIATION).
create or replace function account_transition_fits() returns trigger language plpgsql as $$
declare
  unfit record;
begin
  select s.account_id, s.from_state, s.to_state into unfit from added s
  left join lateral (select p.to_state, p.effective_on from account_transition p
    where p.account_id = s.account_id and p.sequence < s.sequence and p.from_state <> p.to_state
    order by p.sequence desc limit 1) as before on true
  left join lateral (select o.to_state from account_transition o
    where o.account_id = s.account_id and o.sequence < s.sequence and o.from_state <> o.to_state
      and o.to_state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED')
    order by o.sequence desc limit 1) as open on s.from_state in ('WAITING_SEAT', 'CLOSING')
  where (s.from_state <> coalesce(before.to_state, '') and (s.from_state <> s.to_state or s.cause <> 'RECONCILIATION'))
    or (s.sequence = 1) <> (s.from_state = '')
    or (s.sequence > 1 and not exists (
      select from account_transition p where p.account_id = s.account_id and p.sequence = s.sequence - 1))
    or s.effective_on > (select day from platform.business_day)
    or (s.from_state <> s.to_state and s.effective_on < before.effective_on)
    -- A person's decision, and nobody else's.
    or (s.from_state || '>' || s.to_state in ('PROVISIONED>SUSPENDED', 'ACTIVATED>SUSPENDED', 'SUSPENDED>PROVISIONED', 'SUSPENDED>ACTIVATED')
        and (s.cause <> 'OPERATOR' or s.decided_by = ''))
    or s.sequence > (select a.sequence from account a where a.account_id = s.account_id)
    or case
      when s.from_state = s.to_state then s.to_state = 'DELETED' and s.cause <> 'RECONCILIATION'
      when s.from_state = 'WAITING_SEAT' and open.to_state is null then s.to_state not in ('PROVISIONING', 'DELETED')
      when s.from_state = 'WAITING_SEAT' then s.to_state not in (open.to_state, 'CLOSING')
      when s.from_state = 'CLOSING' then s.to_state not in (coalesce(open.to_state, ''), 'WAITING_SEAT', 'DELETED')
      else s.from_state || '>' || s.to_state not in (
        '>REQUESTED', 'REQUESTED>WAITING_SEAT', 'REQUESTED>PROVISIONING', 'REQUESTED>DELETED',
        'PROVISIONING>PROVISIONED', 'PROVISIONING>FAILED', 'PROVISIONING>CLOSING', 'PROVISIONING>WAITING_SEAT',
        'FAILED>PROVISIONING', 'FAILED>DELETED', 'FAILED>WAITING_SEAT',
        'PROVISIONED>ACTIVATED', 'PROVISIONED>SUSPENDED', 'PROVISIONED>PROVISIONING', 'PROVISIONED>WAITING_SEAT', 'PROVISIONED>CLOSING',
        'ACTIVATED>SUSPENDED', 'ACTIVATED>PROVISIONING', 'ACTIVATED>WAITING_SEAT', 'ACTIVATED>CLOSING',
        'SUSPENDED>PROVISIONED', 'SUSPENDED>ACTIVATED', 'SUSPENDED>PROVISIONING', 'SUSPENDED>WAITING_SEAT', 'SUSPENDED>CLOSING')
    end
  limit 1;
  if found then
    raise exception 'account % goes not from % to % so', unfit.account_id, unfit.from_state, unfit.to_state
      using errcode = 'check_violation', constraint = 'account_transition_fits';
  end if;
  return null;
end $$;
