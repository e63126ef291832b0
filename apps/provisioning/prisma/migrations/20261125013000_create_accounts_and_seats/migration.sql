-- ── Copies of the others' facts ──────────────────────────────────────────────────────────────────
create table market (
  market_code text primary key,
  version integer not null,
  grace_days integer not null check (grace_days between 0 and 92)
);
create table market_item (
  market_code text not null references market,
  item_code text not null,
  profile text not null,
  primary key (market_code, item_code)
);
create table market_way_in (
  market_code text not null references market,
  profile text not null,
  way text not null check (way in ('LOCAL', 'ACADEMIC_SSO', 'EDUCONNECT')),
  primary key (market_code, profile)
);
create table membership (
  membership_id text primary key,
  organisation_id text not null,
  market_code text not null references market,
  -- In force on [starts_on, ends_on).
  starts_on date not null,
  ends_on date not null
);
create index membership_organisation on membership (organisation_id);
create table order_line (
  order_id text not null,
  line integer not null,
  membership_id text not null,
  item_code text not null,
  effective_from date not null,
  delta bigint not null check (delta <> 0),
  primary key (order_id, line)
);
create index order_line_pool on order_line (membership_id, item_code, effective_from);
create index order_line_day on order_line (effective_from);
create trigger order_line_is_append_only before update or delete on order_line
  for each row execute function platform.refuse_change();
create trigger order_line_is_never_truncated before truncate on order_line
  for each statement execute function platform.refuse_change();

-- A school is financed on [starts_on, ends_on), by one membership at a time (SCH-1).
create table school_financing (
  uai text not null,
  membership_id text not null,
  starts_on date not null,
  ends_on date,
  primary key (uai, membership_id, starts_on)
);
create index school_financing_membership on school_financing (membership_id);
create index school_financing_starts on school_financing (starts_on);
create index school_financing_ends on school_financing (ends_on);

create table school (
  uai text primary key,
  name text not null,
  revision bigint not null
);

-- The personal copy (SUP-4): what the ENT needs to know, erased with the person.
create table person (
  person_id uuid primary key,
  last_name text not null,
  first_name text not null,
  birth_date text not null,
  source_key text not null,
  revision bigint not null,
  child_ids uuid[] not null default '{}'
);
create index person_children on person using gin (child_ids);
create table person_enrolment (
  person_id uuid not null references person on delete cascade,
  ordinal integer not null,
  profile text not null,
  uai text not null,
  starts_on date not null,
  ends_on date,
  class_label text not null,
  level text not null,
  primary key (person_id, ordinal)
);
create index person_enrolment_school on person_enrolment (uai);
create index person_enrolment_starts on person_enrolment (starts_on);
create index person_enrolment_ends on person_enrolment (ends_on) where ends_on is not null;

-- An import is settled when as many person events as it states are consumed, or a later one is complete (PRV-2).
create table import_progress (
  import_id text primary key,
  consumed bigint not null default 0,
  expected bigint,
  first_seen_on date not null,
  completion_order bigint,
  settled boolean not null default false
);
create sequence import_completion_order;

-- ── Work that is due, each with the day whose effect it is ───────────────────────────────────────
create table person_mark (
  person_id uuid not null,
  due_on date not null,
  -- Waits until this import is settled; empty: may be assessed.
  import_id text not null,
  cause text not null,
  primary key (person_id, due_on, import_id)
);
create index person_mark_due on person_mark (due_on, person_id) where import_id = '';
create index person_mark_import on person_mark (import_id) where import_id <> '';
create table pool_mark (
  membership_id text not null,
  item_code text not null,
  due_on date not null,
  cause text not null,
  primary key (membership_id, item_code, due_on)
);
create table structure_reading (
  uai text primary key,
  attempts integer not null default 0,
  not_before timestamptz not null default now()
);

-- ── Accounts and seats ───────────────────────────────────────────────────────────────────────────
create table seat_pool (
  membership_id text not null,
  item_code text not null,
  -- O(d) on the day the pool stands at.
  ordered bigint not null default 0 check (ordered >= 0),
  -- Accounts that hold a seat: kept by the trigger on account, never written by hand.
  held bigint not null default 0 check (held >= 0),
  stands_on date,
  primary key (membership_id, item_code),
  constraint seats_held_within_order check (held <= ordered)
);

-- O(d): what the orders say on a day, nothing outside the membership's period (PRV-2).
create function seats_ordered(membership text, item text, on_day date) returns bigint language sql stable as $$
  select greatest(coalesce(sum(l.delta), 0), 0)::bigint
  from order_line l join membership m using (membership_id)
  where l.membership_id = membership and l.item_code = item and l.effective_from <= on_day
    and m.starts_on <= on_day and m.ends_on > on_day
$$;

-- The limit is worth what its own books are worth: nobody writes either side of it by hand.
create function guard_seat_pool() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.ordered <> 0 or new.held <> 0 or new.stands_on is not null then
      raise exception 'a pool begins empty' using errcode = 'check_violation', constraint = 'seat_pool_begins_empty';
    end if;
    return new;
  end if;
  if (new.membership_id, new.item_code) <> (old.membership_id, old.item_code) then
    raise exception 'a pool keeps its membership and item' using errcode = 'check_violation', constraint = 'seat_pool_keeps_its_key';
  end if;
  -- Depth 1: written by a statement of its own, not by the trigger on account.
  if new.held <> old.held and pg_trigger_depth() = 1 then
    raise exception 'seats held follow the accounts' using errcode = 'check_violation', constraint = 'seats_held_follow_accounts';
  end if;
  if new.ordered <> old.ordered or new.stands_on is distinct from old.stands_on then
    if new.stands_on is null or new.stands_on < old.stands_on or new.stands_on > platform.business_date()
      or new.ordered <> seats_ordered(new.membership_id, new.item_code, new.stands_on) then
      raise exception 'seats ordered follow the orders of a day that has begun'
        using errcode = 'check_violation', constraint = 'seats_ordered_follow_orders';
    end if;
  end if;
  return new;
end $$;
create trigger seat_pool_follows_its_books before insert or update on seat_pool
  for each row execute function guard_seat_pool();
create trigger seat_pool_is_never_removed before delete or truncate on seat_pool
  for each statement execute function platform.refuse_change();

create table account (
  account_id uuid primary key,
  person_id uuid not null,
  profile text not null,
  state text not null check (state in ('REQUESTED', 'WAITING_SEAT', 'PROVISIONING', 'PROVISIONED', 'ACTIVATED',
                                       'SUSPENDED', 'CLOSING', 'DELETED', 'FAILED')),
  since date not null,
  -- Transitions and moves so far, without gap.
  sequence bigint not null check (sequence > 0),
  -- Home school, the membership that finances it, and the item whose seat it needs ('' : none).
  uai text not null,
  membership_id text not null,
  item_code text not null,
  -- Order of waiting lists (PRV-2).
  entry_on date not null,
  source_key text not null,
  class_label text not null,
  class_level text not null default '',
  -- The last open state; null: never open.
  open_state text check (open_state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED')),
  activated boolean not null default false,
  closing_ends_on date,
  failure_code text not null default '',
  -- A place asked for that needs a seat of another pool.
  next_uai text,
  next_membership_id text,
  next_item_code text,
  -- What the ENT has. The login goes with the account (it is made of the name).
  ent_id text unique,
  login text,
  ent_blocked boolean not null default false,
  ent_removed boolean not null default false,
  ent_class_id text,
  ent_place text,
  holds_seat boolean not null generated always as
    (item_code <> '' and state in ('PROVISIONING', 'PROVISIONED', 'ACTIVATED', 'SUSPENDED', 'FAILED')) stored
);
create unique index account_one_per_person_and_profile on account (person_id, profile) where state <> 'DELETED';
create index account_school on account (uai, account_id);
create index account_person on account (person_id);
create index account_login on account (login text_pattern_ops) where login is not null;
create index account_waiting on account (membership_id, item_code, entry_on, source_key, account_id)
  where item_code <> '' and state in ('REQUESTED', 'WAITING_SEAT');
create index account_holders on account (membership_id, item_code, entry_on, source_key, account_id) where holds_seat;
create index account_next on account (next_membership_id, next_item_code) where next_membership_id is not null;
create index account_closing on account (closing_ends_on) where state = 'CLOSING';
create index account_inactive on account (uai) where state = 'PROVISIONED';

-- The books of seats follow the accounts, statement by statement, and the check refuses the seat too many.
create function keep_seats_held() returns trigger language plpgsql as $$
declare
  pool record;
begin
  for pool in
    select membership_id, item_code, sum(seats) as seats from (
      select membership_id, item_code, 1 as seats from after_rows where holds_seat
      union all
      select membership_id, item_code, -1 from before_rows where holds_seat
    ) as changes
    group by membership_id, item_code having sum(seats) <> 0
    order by sum(seats), membership_id, item_code
  loop
    update seat_pool set held = held + pool.seats
    where membership_id = pool.membership_id and item_code = pool.item_code;
    if not found then
      raise exception 'no seat is ordered by % for %', pool.membership_id, pool.item_code
        using errcode = 'check_violation', constraint = 'seats_held_within_order';
    end if;
  end loop;
  return null;
end $$;
create function keep_seats_held_inserted() returns trigger language plpgsql as $$
declare
  pool record;
begin
  for pool in
    select membership_id, item_code, count(*) as seats from after_rows where holds_seat
    group by membership_id, item_code order by membership_id, item_code
  loop
    update seat_pool set held = held + pool.seats
    where membership_id = pool.membership_id and item_code = pool.item_code;
    if not found then
      raise exception 'no seat is ordered by % for %', pool.membership_id, pool.item_code
        using errcode = 'check_violation', constraint = 'seats_held_within_order';
    end if;
  end loop;
  return null;
end $$;
create trigger account_seats_inserted after insert on account
  referencing new table as after_rows for each statement execute function keep_seats_held_inserted();
create trigger account_seats_updated after update on account
  referencing old table as before_rows new table as after_rows
  for each statement execute function keep_seats_held();
-- Who is deleted needs no place in a list or class any more (SUP-4); the login is needed no longer than the ENT has it.
create function forget_deleted_account() returns trigger language plpgsql as $$
begin
  new.source_key := '';
  new.class_label := '';
  new.class_level := '';
  new.ent_place := null;
  new.ent_class_id := null;
  if new.ent_removed or new.ent_id is null then
    new.login := null;
  end if;
  return new;
end $$;
create trigger account_deleted_is_forgotten before insert or update on account
  for each row when (new.state = 'DELETED') execute function forget_deleted_account();
create trigger account_is_never_removed before delete or truncate on account
  for each statement execute function platform.refuse_change();

create table account_transition (
  account_id uuid not null references account,
  sequence bigint not null check (sequence > 0),
  -- '' : the beginning. The same state twice: a move.
  from_state text not null,
  to_state text not null,
  effective_on date not null,
  cause text not null check (cause in ('IMPORT', 'ORDER', 'OPERATOR', 'RECONCILIATION', 'ENT', 'DAY', 'MEMBERSHIP')),
  uai text not null,
  membership_id text not null,
  item_code text not null,
  failure_code text not null default '',
  decided_by text not null default '',
  reason text not null default '',
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (account_id, sequence)
);
create trigger account_transition_is_append_only before update or delete on account_transition
  for each row execute function platform.refuse_change();
create trigger account_transition_is_never_truncated before truncate on account_transition
  for each statement execute function platform.refuse_change();

-- ── The ENT ──────────────────────────────────────────────────────────────────────────────────────
create table ent_structure (
  uai text primary key,
  ent_id text not null
);
create table ent_class (
  uai text not null,
  label text not null,
  ent_id text not null,
  primary key (uai, label)
);
create table ent_link (
  relative_account_id uuid not null references account,
  student_account_id uuid not null references account,
  linked boolean not null,
  primary key (relative_account_id, student_account_id)
);
-- Families as the directory states them: a link that is not there yet, or one too many ('LINK', 'UNLINK'; null: as
-- it should be). With an account, the ENT drops its links.
create function ent_link_change(l ent_link) returns text language sql stable as $$
  select case when s.ent_removed then null when not l.linked and is_child then 'LINK' when l.linked and not is_child then 'UNLINK' end
  from account r join account s on s.account_id = l.student_account_id
  cross join lateral (select exists (
    select from person p where p.person_id = r.person_id and s.person_id = any(p.child_ids)) as is_child) as family
  where r.account_id = l.relative_account_id
$$;

-- What is to be done there: the account says what, the row says that and when.
create table ent_task (
  account_id uuid primary key references account,
  priority integer not null,
  -- Times a call may have been made; above 0 the ENT may know the account without our knowing.
  attempts integer not null default 0,
  faults integer not null default 0,
  not_before timestamptz not null default now(),
  queued_at timestamptz,
  -- What the ENT last refused; the row stays, and is tried again each day until it is done.
  refused_code text not null default ''
);
create index ent_task_due on ent_task (priority, not_before) where queued_at is null;

-- Whether the ENT still has to be told something about an account.
create function ent_is_behind(a account, tried boolean) returns boolean language sql stable as $$
  select case
    when a.ent_removed then false
    when a.ent_id is null then a.state = 'PROVISIONING' or (tried and a.state in ('WAITING_SEAT', 'CLOSING', 'DELETED'))
    when a.state = 'DELETED' or a.state = 'PROVISIONING' then true
    when a.state in ('REQUESTED', 'FAILED') then false
    else a.ent_blocked <> (a.state in ('WAITING_SEAT', 'SUSPENDED', 'CLOSING'))
      or (a.state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED') and a.ent_place <> a.uai || '|' || a.class_label)
      or (a.profile = 'RELATIVE' and exists (
        select from ent_link l where l.relative_account_id = a.account_id and ent_link_change(l) is not null))
  end
$$;
