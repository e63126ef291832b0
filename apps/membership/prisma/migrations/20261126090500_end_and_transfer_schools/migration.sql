-- Schools financed: why a link ends, on what paper an exception rests, and transfers between members (SCH-1, SCH-2).
alter table school_link add column exception_document_id text references document;
alter table school_link add column end_reason text check (end_reason in
  ('SCHOOL_CLOSED', 'SCHOOLS_MERGED', 'MEMBER_CHOICE', 'COMPETENCE_LOST', 'RECORDING_ERROR', 'TRANSFER'));
alter table school_link add column end_document_id text references document check (end_document_id is null or end_reason is not null);
alter table school_link add constraint exception_rests_on_a_reason
  check (exception_document_id is null or territory_exception is not null);

create table school_transfer (
  id text primary key,
  market_code text not null references market,
  from_membership_id text not null references membership,
  to_membership_id text not null references membership check (to_membership_id <> from_membership_id),
  uais text[] not null check (cardinality(uais) between 1 and 200),
  effective_on date not null,
  -- What it rests on: kind, title, digest, day and id of a document kept.
  document jsonb not null,
  territory_exception text not null default '',
  exception_document_id text references document,
  proposed_by text not null,
  proposed_on date not null,
  status text not null check (status in ('PROPOSED', 'CARRIED_OUT', 'CANCELLED', 'DECLINED')),
  decided_by text,
  decided_on date,
  -- At the receiver, before its complementary order.
  seats_missing bigint not null check (seats_missing >= 0),
  order_id text references purchase_order,
  check ((status = 'PROPOSED') = (decided_on is null) and (decided_on is null) = (decided_by is null)),
  check (order_id is null or status = 'CARRIED_OUT'),
  check (decided_on >= proposed_on)
);
create index school_transfer_by_market on school_transfer (market_code, effective_on desc, id desc);
create index school_transfer_by_giver on school_transfer (from_membership_id);
create index school_transfer_by_receiver on school_transfer (to_membership_id);

create function school_transfer_is_decided_once() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.status <> 'PROPOSED'
     or (new.id, new.market_code, new.from_membership_id, new.to_membership_id, new.uais, new.effective_on, new.document,
         new.territory_exception, new.proposed_by, new.proposed_on)
        is distinct from
        (old.id, old.market_code, old.from_membership_id, old.to_membership_id, old.uais, old.effective_on, old.document,
         old.territory_exception, old.proposed_by, old.proposed_on)
  then
    raise exception 'school transfer % is decided once and does not change', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger school_transfer_is_decided_once before update or delete on school_transfer
  for each row execute function school_transfer_is_decided_once();
