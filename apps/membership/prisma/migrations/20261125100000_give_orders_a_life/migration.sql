-- What happens to an order before and after its signature (ORD-1), and who waits beyond it (PRV-2). The ledger
-- itself (purchase_order, order_line) knows nothing of it and stays append-only.

-- ---------------------------------------------------------------- drafts: they count in no O
create table order_draft (
  id text primary key,
  -- Order of preparation: lists go from the newest to the oldest.
  position bigint generated always as identity unique,
  membership_id text not null references membership,
  lines jsonb not null check (jsonb_typeof(lines) = 'array' and jsonb_array_length(lines) between 1 and 200),
  -- A reference of the member's own, never free text.
  note text not null default '' check (note ~ '^([A-Z0-9][A-Z0-9._-]{0,39})?$'),
  cause text not null check (cause in ('MEMBER', 'OVER_QUOTA')),
  -- The item whose waiting list an OVER_QUOTA draft follows.
  item_code text,
  -- User id, or system:over-quota.
  prepared_by text not null check (prepared_by <> ''),
  prepared_on date not null,
  -- Who changed it last: a draft that a person changed is left alone by the system.
  changed_by text not null check (changed_by <> ''),
  status text not null default 'DRAFT' check (status in ('DRAFT', 'SIGNED', 'CANCELLED')),
  version integer not null default 1 check (version >= 1),
  -- One draft becomes one order.
  order_id text unique references purchase_order,
  check ((status = 'SIGNED') = (order_id is not null)),
  check ((cause = 'OVER_QUOTA') = (item_code is not null))
);
create index order_draft_by_membership on order_draft (membership_id, position desc);
create unique index order_draft_over_quota_is_the_only_one on order_draft (membership_id, item_code)
  where status = 'DRAFT' and cause = 'OVER_QUOTA';

-- A draft stays its member's, each change counts, and what is signed or cancelled is closed.
create function order_draft_goes_forward() returns trigger language plpgsql as $$
begin
  if old.status <> 'DRAFT' then
    raise exception 'draft % is % and does not change', old.id, old.status using errcode = 'check_violation';
  end if;
  if new.version <> old.version + 1 then
    raise exception 'the version of draft % goes from % to %', old.id, old.version, new.version using errcode = 'check_violation';
  end if;
  if (new.id, new.position, new.membership_id, new.cause, new.item_code, new.prepared_by, new.prepared_on)
     is distinct from (old.id, old.position, old.membership_id, old.cause, old.item_code, old.prepared_by, old.prepared_on) then
    raise exception 'draft % stays what it was prepared as', old.id using errcode = 'check_violation';
  end if;
  if new.order_id is not null and not exists (
    select 1 from purchase_order o where o.id = new.order_id and o.membership_id = new.membership_id
  ) then
    raise exception 'draft % did not become order % of another membership', old.id, new.order_id using errcode = 'foreign_key_violation';
  end if;
  return new;
end $$;
create trigger order_draft_goes_forward before update on order_draft
  for each row execute function order_draft_goes_forward();
create trigger order_draft_is_never_deleted before delete on order_draft
  for each row execute function platform.refuse_change();
create trigger order_draft_is_never_truncated before truncate on order_draft
  for each statement execute function platform.refuse_change();

-- ---------------------------------------------------------------- who waits beyond O (PRV-2)
-- What provisioning told last, so that the same figure again prepares nothing anew.
create table seats_missing (
  membership_id text not null references membership,
  item_code text not null,
  -- Accounts that wait for a seat, or are open by tolerance without one.
  missing bigint not null check (missing >= 0),
  told_on date not null,
  primary key (membership_id, item_code)
);

-- ---------------------------------------------------------------- what became of an order (ORD-1)
create table order_notice (
  order_id text not null references purchase_order,
  kind text not null check (kind in ('NOTIFIED', 'ACKNOWLEDGED')),
  noticed_on date not null,
  -- User id, or system:notification.
  noticed_by text not null check (noticed_by <> ''),
  primary key (order_id, kind)
);
create index order_notice_by_day on order_notice (kind, noticed_on, order_id);

create function order_notice_follows() returns trigger language plpgsql as $$
begin
  if new.kind = 'NOTIFIED' and exists (
    select 1 from purchase_order o where o.id = new.order_id and o.signed_on > new.noticed_on
  ) then
    raise exception 'order % is notified before it is signed', new.order_id using errcode = 'check_violation';
  end if;
  if new.kind = 'ACKNOWLEDGED' and not exists (
    select 1 from order_notice n
     where n.order_id = new.order_id and n.kind = 'NOTIFIED' and n.noticed_on <= new.noticed_on
  ) then
    raise exception 'order % is acknowledged before it is notified', new.order_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger order_notice_follows before insert on order_notice
  for each row execute function order_notice_follows();
create trigger order_notice_is_append_only before update or delete on order_notice
  for each row execute function platform.refuse_change();
create trigger order_notice_is_never_truncated before truncate on order_notice
  for each statement execute function platform.refuse_change();

-- An order is in the supplier's hands from its signature on: no writer of the ledger can forget it.
create function purchase_order_is_notified() returns trigger language plpgsql as $$
begin
  insert into order_notice (order_id, kind, noticed_on, noticed_by)
  values (new.id, 'NOTIFIED', new.signed_on, 'system:notification');
  return null;
end $$;
create trigger purchase_order_is_notified after insert on purchase_order
  for each row execute function purchase_order_is_notified();

insert into order_notice (order_id, kind, noticed_on, noticed_by)
select id, 'NOTIFIED', signed_on, 'system:notification' from purchase_order;
