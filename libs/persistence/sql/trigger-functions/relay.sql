-- A lease lasts seconds, so that a forged one ends by itself. Fence, number and generation never fall and rise step by
-- step, so that nobody brings them to the end of their type. Rows on their way stay until they were sent: other rows
-- under the same numbers would be dropped by every consumer as repeats.
create or replace function platform.bound_relay_state() returns trigger language plpgsql as $$
declare
  rows_on_their_way bigint;
begin
  if new.held_until > clock_timestamp() + interval '30 seconds' then
    raise exception 'a relay holds its lease for 30 seconds at most' using errcode = 'check_violation';
  end if;
  if new.fence not between old.fence and old.fence + 1 or new.generation not between old.generation and old.generation + 1
     or new.next_seq < old.next_seq then
    raise exception 'fence, generation and number of the relay rise one by one' using errcode = 'check_violation';
  end if;
  if new.ids is distinct from old.ids then
    if old.ids is not null
       and (new.ids is not null or new.next_seq <> old.next_seq + (select sum(upper(r) - lower(r)) from unnest(old.ids) r)) then
      raise exception 'rows on their way stay until they were sent' using errcode = 'check_violation';
    end if;
    if new.ids is not null then
      rows_on_their_way := coalesce((select sum(upper(r) - lower(r)) from unnest(new.ids) r), 0);
      if rows_on_their_way not between 1 and 10000 or rows_on_their_way <> (
           select count(*) from platform.outbox where id between lower(new.ids) and upper(new.ids) - 1 and id <@ new.ids) then
        raise exception 'rows on their way wait in the outbox' using errcode = 'check_violation';
      end if;
    end if;
  end if;
  return new;
end $$;

-- A refusal of the broker holds its key up for a minute at first, and no longer before that minute is over.
create or replace function platform.bound_unsent_key() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    new.since := clock_timestamp();
    new.attempts := 1;
    new.next_try_at := least(new.next_try_at, clock_timestamp() + interval '1 minute');
  elsif old.next_try_at > clock_timestamp() then
    new.attempts := old.attempts;
    new.next_try_at := least(new.next_try_at, old.next_try_at);
  else
    new.attempts := least(greatest(new.attempts, 1), old.attempts + 1);
    new.next_try_at := least(new.next_try_at, clock_timestamp() + interval '1 hour');
  end if;
  return new;
end $$;
