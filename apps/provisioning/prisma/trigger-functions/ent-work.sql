create or replace function ent_task_waits_a_while() returns trigger language plpgsql as $$
begin
  raise exception 'no work towards the ENT waits so long'
    using errcode = 'check_violation', constraint = 'ent_task_waits_a_while';
end $$;

create or replace function structure_reading_waits_a_while() returns trigger language plpgsql as $$
begin
  raise exception 'no school waits so long to be looked at'
    using errcode = 'check_violation', constraint = 'structure_reading_waits_a_while';
end $$;

create or replace function ent_task_was_tried() returns trigger language plpgsql as $$
begin
  raise exception 'who was tried to be made is looked for since then'
    using errcode = 'check_violation', constraint = 'ent_task_was_tried';
end $$;

-- An account begins to wait in a retry that goes on, is taken once, and keeps what became of it.
create or replace function ent_retry_account_takes_its_turn() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'WAITING' or not exists (
        select from ent_retry r where r.retry_id = new.retry_id and r.state = 'RUNNING') then
      raise exception 'an account begins to wait in a retry that goes on'
        using errcode = 'check_violation', constraint = 'ent_retry_account_begins_to_wait';
    end if;
    return new;
  end if;
  if not (new.retry_id = old.retry_id and new.account_id = old.account_id and
      ((old.state = 'WAITING' and new.state in ('TAKEN', 'GONE', 'LEFT')) or
       (old.state = 'TAKEN' and new.state in ('THROUGH', 'AGAIN', 'GONE')))) then
    raise exception 'an account of a retry is taken once'
      using errcode = 'check_violation', constraint = 'ent_retry_account_takes_its_turn';
  end if;
  return new;
end $$;

create or replace function ent_retry_ends_once() returns trigger language plpgsql as $$
begin
  if old.state <> 'RUNNING' or new.state = 'RUNNING' or exists (
      select from ent_retry_account a where a.retry_id = new.retry_id and a.state in ('WAITING', 'TAKEN')) then
    raise exception 'a retry ends once, when nobody of it waits'
      using errcode = 'check_violation', constraint = 'ent_retry_ends_once';
  end if;
  return new;
end $$;

-- Who had what tried again stays for three months.
create or replace function ent_retry_is_kept() returns trigger language plpgsql as $$
begin
  if old.state = 'RUNNING' or old.asked_on >= platform.business_date() - interval '3 months' then
    raise exception 'a retry is kept for three months'
      using errcode = 'check_violation', constraint = 'ent_retry_is_kept';
  end if;
  return old;
end $$;
