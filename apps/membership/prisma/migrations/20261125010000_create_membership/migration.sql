-- Markets, organisations, memberships, annex 2, the ledger of orders, schools financed.
-- The heart of the contract (ORD-2: O(d) >= C(d) on every day) is held here too, for writers of all kinds.
create extension if not exists btree_gist;

-- ---------------------------------------------------------------- markets (MKT-1)
create table market (
  code text primary key check (code ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
  version integer not null check (version >= 1),
  -- Digest of the terms: the same file again changes nothing.
  sha256 text not null,
  -- The validated file.
  terms jsonb not null,
  floor_scope text not null check (floor_scope in ('ITEM', 'TOTAL')),
  decrease_notice_days integer not null check (decrease_notice_days >= 0)
);

create table market_item (
  market_code text not null references market,
  item_code text not null,
  label text not null,
  position integer not null,
  primary key (market_code, item_code)
);

-- ---------------------------------------------------------------- organisations (ADH-1)
create table organisation (
  id text primary key,
  siren char(9) not null unique check (siren ~ '^[0-9]{9}$'),
  name text not null check (name <> ''),
  kind text not null check (kind in ('COMMUNE', 'EPCI', 'SYNDICAT', 'STATE', 'PUBLIC_ESTABLISHMENT')),
  insee text,
  communes text[] not null default '{}',
  address text not null default '',
  chorus_pro jsonb not null default '{}',
  check (kind <> 'COMMUNE' or insee is not null)
);

-- ---------------------------------------------------------------- memberships (ADH-1 to ADH-6)
create table membership (
  id text primary key,
  organisation_id text not null references organisation,
  market_code text not null references market,
  status text not null check (status in ('APPLIED', 'ACCEPTED', 'REFUSED', 'ACTIVE', 'ENDED')),
  refusal_reasons text[] not null default '{}',
  -- [starts_on, ends_on), known from activation on (ADH-6).
  starts_on date,
  ends_on date,
  end_cause text check (end_cause in ('WITHDRAWAL', 'EXCLUSION', 'SUCCESSION', 'END_OF_MARKET')),
  letter_number text not null,
  sent_on date not null,
  received_on date not null,
  documents jsonb not null default '[]',
  applied_on date not null,
  accepted_on date,
  activated_on date,
  -- Counts the changes that were published, one event each, without gap (BIL-5).
  version bigint not null default 0,
  -- The last order's place in the ledger and its hash: head of the chain (ORD-7).
  ledger_position bigint not null default 0,
  ledger_head text not null default '',
  check (sent_on <= received_on),
  check ((status in ('ACTIVE', 'ENDED')) = (starts_on is not null and ends_on is not null)),
  check (starts_on < ends_on)
);
-- ADH-4: one at a time.
create unique index membership_is_the_only_one on membership (organisation_id, market_code)
  where status in ('APPLIED', 'ACCEPTED', 'ACTIVE');
create index membership_by_market on membership (market_code, id);
create index membership_falls_due on membership (ends_on) where status = 'ACTIVE';

create function membership_version_has_no_gap() returns trigger language plpgsql as $$
begin
  if new.version not in (old.version, old.version + 1) then
    raise exception 'the version of membership % goes from % to %', old.id, old.version, new.version using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger membership_version_has_no_gap before update of version on membership
  for each row execute function membership_version_has_no_gap();

-- ---------------------------------------------------------------- annex 2 (COM-1, COM-3)
-- A transcription; the verified one with the highest id is in force.
create table annexe2 (
  id bigint generated always as identity primary key,
  membership_id text not null references membership,
  sha256 text not null,
  file_name text not null,
  dated_on date not null,
  imported_by text not null,
  imported_on date not null,
  verified_by text,
  verified_on date,
  check (verified_by is null or verified_by <> imported_by)
);
create index annexe2_by_membership on annexe2 (membership_id, id desc);

create table annexe2_line (
  annexe2_id bigint not null references annexe2,
  line integer not null,
  beneficiary text not null,
  item_code text not null,
  quantity bigint not null check (quantity >= 0),
  primary key (annexe2_id, line)
);

-- C per item, the same on every day of the membership.
create table commitment (
  membership_id text not null references membership,
  item_code text not null,
  quantity bigint not null check (quantity >= 0 and quantity <= 2147483647),
  primary key (membership_id, item_code)
);

-- ---------------------------------------------------------------- orders (ORD-1 to ORD-7)
-- An order stands here from its signature on; what comes later (notified, acknowledged) is told elsewhere.
create table purchase_order (
  id text primary key,
  membership_id text not null references membership,
  ledger_position bigint not null check (ledger_position >= 1),
  number text not null,
  kind text not null check (kind in ('INITIAL', 'ORDINARY', 'CORRECTION')),
  signed_on date not null,
  signed_by text not null,
  rests_on jsonb not null default '[]',
  line_count integer not null check (line_count between 1 and 200),
  -- Canonical text of the order, and the chain: anyone can recompute it.
  content text not null,
  previous_hash text not null,
  hash text not null check (hash = encode(sha256(convert_to(previous_hash || content, 'UTF8')), 'hex')),
  unique (membership_id, ledger_position),
  unique (membership_id, number)
);

create table order_line (
  order_id text not null references purchase_order,
  line integer not null check (line >= 1),
  membership_id text not null references membership,
  item_code text not null,
  effective_from date not null,
  delta bigint not null check (delta <> 0 and delta between -2147483647 and 2147483647),
  primary key (order_id, line)
);
create index order_line_by_membership on order_line (membership_id, item_code, effective_from);

-- The running state: O from that day on, until the next row. Kept by the ledger's trigger, so that a
-- decision reads only the days from its earliest one on: never more rows than days, whatever the ledger's size.
create table ordered_day (
  membership_id text not null references membership,
  item_code text not null,
  effective_from date not null,
  ordered bigint not null check (ordered between 0 and 2147483647),
  primary key (membership_id, item_code, effective_from)
);

create trigger purchase_order_is_append_only before update or delete on purchase_order
  for each row execute function platform.refuse_change();
create trigger purchase_order_is_never_truncated before truncate on purchase_order
  for each statement execute function platform.refuse_change();
create trigger order_line_is_append_only before update or delete on order_line
  for each row execute function platform.refuse_change();
create trigger order_line_is_never_truncated before truncate on order_line
  for each statement execute function platform.refuse_change();
-- Nobody writes the running state but the ledger's trigger.
create trigger ordered_day_follows_the_ledger before insert or update or delete on ordered_day
  for each row when (pg_trigger_depth() = 0) execute function platform.refuse_change();
create trigger ordered_day_is_never_truncated before truncate on ordered_day
  for each statement execute function platform.refuse_change();

-- An order extends the chain of its membership. The update locks the membership, so that two writers
-- queue, and it makes a writer of an older snapshot fail instead of judging by stale figures.
create function purchase_order_extends_the_chain() returns trigger language plpgsql as $$
begin
  update membership
     set ledger_position = new.ledger_position, ledger_head = new.hash, version = version + 1
   where id = new.membership_id
     and ledger_position = new.ledger_position - 1
     and ledger_head = new.previous_hash;
  if not found then
    raise exception 'order % does not extend the ledger of membership %', new.id, new.membership_id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger purchase_order_extends_the_chain before insert on purchase_order
  for each row execute function purchase_order_extends_the_chain();

create trigger membership_ledger_follows_the_orders before update of ledger_position, ledger_head on membership
  for each row when (pg_trigger_depth() = 0) execute function platform.refuse_change();

-- An order is written whole, in one transaction: nothing is added to it afterwards, its hash covers it.
create function purchase_order_is_whole() returns trigger language plpgsql as $$
begin
  if (select count(*) from order_line where order_id = new.id) <> new.line_count then
    raise exception 'order % does not have its % lines', new.id, new.line_count using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create constraint trigger purchase_order_is_whole after insert on purchase_order
  deferrable initially deferred for each row execute function purchase_order_is_whole();

create function order_line_moves_ordered_days() returns trigger language plpgsql as $$
begin
  -- Also for lines that come without an order of their own transaction: lock before reading.
  perform 1 from membership m
    where m.id in (select n.membership_id from new_lines n) order by m.id for no key update;
  if exists (
    select 1 from new_lines n join purchase_order o on o.id = n.order_id
     where o.membership_id <> n.membership_id or n.line > o.line_count
  ) then
    raise exception 'a line does not belong to its order' using errcode = 'integrity_constraint_violation';
  end if;
  if exists (
    select 1 from new_lines n join membership m on m.id = n.membership_id
     where m.starts_on is null or n.effective_from < m.starts_on or n.effective_from >= m.ends_on
        or not exists (select 1 from market_item i where i.market_code = m.market_code and i.item_code = n.item_code)
  ) then
    raise exception 'a line lies outside its membership or names an unknown item' using errcode = 'integrity_constraint_violation';
  end if;
  insert into ordered_day (membership_id, item_code, effective_from, ordered)
  select n.membership_id, n.item_code, n.effective_from, coalesce((
           select p.ordered from ordered_day p
            where p.membership_id = n.membership_id and p.item_code = n.item_code and p.effective_from < n.effective_from
            order by p.effective_from desc limit 1), 0)
    from (select distinct membership_id, item_code, effective_from from new_lines) n
  on conflict do nothing;
  update ordered_day d set ordered = d.ordered + s.delta
    from (select d2.membership_id, d2.item_code, d2.effective_from, sum(n.delta) as delta
            from new_lines n join ordered_day d2
              on d2.membership_id = n.membership_id and d2.item_code = n.item_code and d2.effective_from >= n.effective_from
           group by 1, 2, 3) s
   where d.membership_id = s.membership_id and d.item_code = s.item_code and d.effective_from = s.effective_from;
  return null;
end $$;
create trigger order_line_moves_ordered_days after insert on order_line
  referencing new table as new_lines for each statement execute function order_line_moves_ordered_days();

-- ---------------------------------------------------------------- the floor (ORD-2)
-- Days from `since` on where less is ordered than committed, per item (or over all items: floor scope TOTAL).
create function days_below_commitment(of_membership text, since date)
returns table (item_code text, on_day date, ordered bigint, commitment bigint) language sql stable as $$
  with m as (
    select mb.id, mb.market_code, mb.starts_on, mb.ends_on, mk.floor_scope
      from membership mb join market mk on mk.code = mb.market_code where mb.id = of_membership
  ), days as (
    select greatest(since, m.starts_on) as on_day from m
    union
    select d.effective_from from m join ordered_day d on d.membership_id = m.id
     where d.effective_from >= since and d.effective_from < m.ends_on
  ), figures as (
    select i.item_code, days.on_day, coalesce(c.quantity, 0) as commitment, coalesce((
             select d.ordered from ordered_day d
              where d.membership_id = m.id and d.item_code = i.item_code and d.effective_from <= days.on_day
              order by d.effective_from desc limit 1), 0) as ordered
      from m cross join days
      join market_item i on i.market_code = m.market_code
      left join commitment c on c.membership_id = m.id and c.item_code = i.item_code
     where days.on_day < m.ends_on
  )
  select f.item_code, f.on_day, f.ordered, f.commitment from figures f, m
   where m.floor_scope = 'ITEM' and f.ordered < f.commitment
  union all
  select '*', f.on_day, sum(f.ordered)::bigint, sum(f.commitment)::bigint from figures f, m
   where m.floor_scope = 'TOTAL' group by f.on_day having sum(f.ordered) < sum(f.commitment)
$$;

create function refuse_below_commitment(of_membership text, since date) returns void language plpgsql as $$
declare below record;
begin
  select * into below from days_below_commitment(of_membership, since) b order by b.on_day, b.item_code limit 1;
  if found then
    raise exception 'BELOW_COMMITMENT: on % the membership % would have % of % ordered, committed %',
      below.on_day, of_membership, below.ordered, below.item_code, below.commitment using errcode = 'check_violation';
  end if;
end $$;

-- At the end of the transaction: several deltas of one day are judged at the end of the day. In scope
-- ITEM one range of the line's own item is enough; days before the line cannot have changed.
create function order_line_keeps_the_floor() returns trigger language plpgsql as $$
begin
  if exists (select 1 from membership m join market k on k.code = m.market_code
              where m.id = new.membership_id and k.floor_scope = 'TOTAL') then
    perform refuse_below_commitment(new.membership_id, new.effective_from);
  elsif exists (
    select 1 from ordered_day d
     where d.membership_id = new.membership_id and d.item_code = new.item_code and d.effective_from >= new.effective_from
       and d.ordered < coalesce((select c.quantity from commitment c
                                  where c.membership_id = new.membership_id and c.item_code = new.item_code), 0)
       and d.effective_from < (select m.ends_on from membership m where m.id = new.membership_id)
  ) then
    perform refuse_below_commitment(new.membership_id, new.effective_from);
  end if;
  return null;
end $$;
create constraint trigger order_line_keeps_the_floor after insert on order_line
  deferrable initially deferred for each row execute function order_line_keeps_the_floor();

-- What has ended was a contract to its last day: its floor stands like that of one in force.
create function membership_keeps_the_floor() returns trigger language plpgsql as $$
begin
  if new.status in ('ACTIVE', 'ENDED') then
    perform refuse_below_commitment(new.id, new.starts_on);
  end if;
  return null;
end $$;
create constraint trigger membership_keeps_the_floor after insert or update of status, starts_on, ends_on on membership
  deferrable initially deferred for each row execute function membership_keeps_the_floor();

-- C is also a side of the floor. The lock makes a writer of C and a writer of O queue. From activation
-- on C does not change at all (COM-3): succession will be a membership of its own.
create function commitment_is_frozen() returns trigger language plpgsql as $$
begin
  perform 1 from membership where id in (new.membership_id, old.membership_id) for no key update;
  if exists (select 1 from membership
              where id in (new.membership_id, old.membership_id) and status in ('ACTIVE', 'ENDED')) then
    raise exception 'COMMITMENT_FROZEN: the commitment of a membership in force or ended does not change (%)',
      coalesce(new.membership_id, old.membership_id) using errcode = 'check_violation';
  end if;
  return coalesce(new, old);
end $$;
create trigger commitment_is_frozen before insert or update or delete on commitment
  for each row execute function commitment_is_frozen();
create trigger commitment_is_never_truncated before truncate on commitment
  for each statement execute function platform.refuse_change();

-- An item of the membership's own market. The lock keeps the item until the transaction ends.
create function commitment_names_an_item() returns trigger language plpgsql as $$
begin
  perform 1 from membership m
    join market_item i on i.market_code = m.market_code and i.item_code = new.item_code
   where m.id = new.membership_id for key share of i;
  if not found then
    raise exception 'the market of membership % has no item %', new.membership_id, new.item_code using errcode = 'foreign_key_violation';
  end if;
  return new;
end $$;
create trigger commitment_names_an_item before insert or update on commitment
  for each row execute function commitment_names_an_item();

create function commitment_keeps_the_floor() returns trigger language plpgsql as $$
begin
  perform refuse_below_commitment(m.id, m.starts_on) from membership m
    where m.id in (new.membership_id, old.membership_id) and m.status in ('ACTIVE', 'ENDED');
  return null;
end $$;
create constraint trigger commitment_keeps_the_floor after insert or update or delete on commitment
  deferrable initially deferred for each row execute function commitment_keeps_the_floor();

-- ---------------------------------------------------------------- what the floor rests on
-- A membership goes forward only (ADH-6), and once in force it stays in its market: otherwise C could
-- be thawed, or judged by another market's items and scope.
create function membership_goes_forward() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and (old.status, new.status) not in (
    ('APPLIED', 'ACCEPTED'), ('APPLIED', 'REFUSED'), ('ACCEPTED', 'REFUSED'), ('ACCEPTED', 'ACTIVE'), ('ACTIVE', 'ENDED')
  ) then
    raise exception 'membership % does not go from % to %', old.id, old.status, new.status using errcode = 'check_violation';
  end if;
  if old.status in ('ACTIVE', 'ENDED') and (new.id, new.market_code, new.organisation_id)
     is distinct from (old.id, old.market_code, old.organisation_id) then
    raise exception 'membership % stays with its market and organisation', old.id using errcode = 'check_violation';
  end if;
  -- Whoever changes the market's terms meanwhile waits, then finds it in force.
  if new.status = 'ACTIVE' and old.status <> 'ACTIVE' then
    perform 1 from market where code = new.market_code for share;
  end if;
  return new;
end $$;
create trigger membership_goes_forward before update of id, status, market_code, organisation_id on membership
  for each row execute function membership_goes_forward();

create function market_is_in_force(of_market text) returns boolean language sql volatile as $$
  select exists (select 1 from membership where market_code = of_market and status in ('ACTIVE', 'ENDED'))
$$;

create function market_keeps_its_floor_scope() returns trigger language plpgsql as $$
begin
  if (new.code, new.floor_scope) is distinct from (old.code, old.floor_scope) and market_is_in_force(old.code) then
    raise exception 'MARKET_IN_FORCE: the floor scope of market % does not change', old.code using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger market_keeps_its_floor_scope before update of code, floor_scope on market
  for each row execute function market_keeps_its_floor_scope();

-- A label may change, an item that counts may not go.
create function market_item_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.market_code, new.item_code) = (old.market_code, old.item_code) then
    return new;
  end if;
  perform 1 from market where code = old.market_code for update;
  if market_is_in_force(old.market_code) then
    raise exception 'MARKET_IN_FORCE: item % of market % stays', old.item_code, old.market_code using errcode = 'check_violation';
  end if;
  if exists (select 1 from commitment c join membership m on m.id = c.membership_id
              where m.market_code = old.market_code and c.item_code = old.item_code) then
    raise exception 'item % of market % is committed to', old.item_code, old.market_code using errcode = 'foreign_key_violation';
  end if;
  return coalesce(new, old);
end $$;
create trigger market_item_stays before update or delete on market_item
  for each row execute function market_item_stays();
create trigger market_item_is_never_truncated before truncate on market_item
  for each statement execute function platform.refuse_change();

-- ---------------------------------------------------------------- one round trip for a decision
-- What a decision about days >= since depends on; null for an unknown membership.
create function ledger_of(of_membership text, since date) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'membershipId', m.id, 'organisationId', m.organisation_id, 'marketCode', m.market_code, 'status', m.status,
    'startsOn', m.starts_on, 'endsOn', m.ends_on, 'version', m.version,
    'ledgerPosition', m.ledger_position, 'ledgerHead', m.ledger_head,
    'floorScope', k.floor_scope, 'decreaseNoticeDays', k.decrease_notice_days,
    'items', (
      select jsonb_agg(jsonb_build_object(
        'itemCode', i.item_code, 'label', i.label, 'commitment', coalesce(c.quantity, 0),
        'timeline', coalesce((
          select jsonb_agg(jsonb_build_object('from', t.effective_from, 'quantity', t.ordered) order by t.effective_from)
            from ((select d.effective_from, d.ordered from ordered_day d
                    where d.membership_id = m.id and d.item_code = i.item_code and d.effective_from < since
                    order by d.effective_from desc limit 1)
                  union all
                  select d.effective_from, d.ordered from ordered_day d
                   where d.membership_id = m.id and d.item_code = i.item_code and d.effective_from >= since) t), '[]'::jsonb)
      ) order by i.position)
      from market_item i left join commitment c on c.membership_id = m.id and c.item_code = i.item_code
      where i.market_code = m.market_code))
    from membership m join market k on k.code = m.market_code
   where m.id = of_membership
$$;

-- The same behind the membership's lock. A function and not one query, because a query that had to
-- wait for a lock reads the other tables as they were before it waited.
create function ledger_for_update(of_membership text, since date) returns jsonb language plpgsql volatile as $$
declare answer jsonb;
begin
  perform 1 from membership where id = of_membership for no key update;
  select ledger_of(of_membership, since) into answer;
  return answer;
end $$;

-- ---------------------------------------------------------------- schools financed (SCH-1)
create table school_link (
  id text primary key,
  membership_id text not null references membership,
  uai text not null check (uai ~ '^[0-9]{7}[A-Z]$'),
  starts_on date not null,
  -- First day without; the membership's end while nothing earlier is decided.
  ends_on date not null,
  open_ended boolean not null default true,
  insee text not null,
  territory_exception text,
  recorded_by text not null,
  recorded_on date not null,
  check (starts_on < ends_on),
  -- At most one financer on any day, over all markets.
  constraint school_has_one_financer exclude using gist (uai with =, daterange(starts_on, ends_on) with &&)
);
create index school_link_by_membership on school_link (membership_id, uai, starts_on);

-- What the directory tells about schools: a copy, replaced by each of its events.
create table school (
  uai text primary key,
  -- Null where the directory's source does not say it.
  insee text check (insee <> ''),
  is_public boolean not null,
  -- The directory's: copies compare themselves with the owner by it.
  revision bigint not null
);
