-- C as annex 2 says it is frozen, and moves by succession alone (COM-3, ADH-5).

-- C is also a side of the floor. The lock makes a writer of C and a writer of O queue. From activation
-- on C does not change at all (COM-3): what a succession moves is a ledger of its own.
create or replace function commitment_is_frozen() returns trigger language plpgsql as $$
begin
  perform 1 from membership where id in (new.membership_id, old.membership_id) for no key update;
  if exists (select 1 from membership
              where id in (new.membership_id, old.membership_id) and status in ('ACTIVE', 'ENDED')) then
    raise exception 'COMMITMENT_FROZEN: the commitment of a membership in force or ended does not change (%)',
      coalesce(new.membership_id, old.membership_id) using errcode = 'check_violation';
  end if;
  return coalesce(new, old);
end $$;

-- An item of the membership's own market. The lock keeps the item until the transaction ends.
create or replace function commitment_names_an_item() returns trigger language plpgsql as $$
begin
  perform 1 from membership m
    join market_item i on i.market_code = m.market_code and i.item_code = new.item_code
   where m.id = new.membership_id for key share of i;
  if not found then
    raise exception 'the market of membership % has no item %', new.membership_id, new.item_code using errcode = 'foreign_key_violation';
  end if;
  return new;
end $$;

-- A writer of C and a writer of O queue behind the membership's lock.
create or replace function commitment_change_lies_inside() returns trigger language plpgsql as $$
begin
  perform 1 from membership where id = new.membership_id for no key update;
  if not exists (
    select 1 from membership m join market_item i on i.market_code = m.market_code and i.item_code = new.item_code
     where m.id = new.membership_id and m.status in ('ACTIVE', 'ENDED')
       and m.starts_on <= new.effective_from and new.effective_from < m.ends_on
  ) then
    raise exception 'a change of commitment lies outside its membership or names an unknown item' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
