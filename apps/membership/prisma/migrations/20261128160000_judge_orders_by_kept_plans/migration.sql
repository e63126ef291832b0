-- PostgreSQL reads the text of each check of a table, and of each condition of a trigger, anew for every statement that
-- writes a row of it: an order met fifteen of the one and four of the other. Functions keep their plans, and a trigger of
-- columns is not even called where a statement leaves these as they are.

alter table membership
  drop constraint membership_status_check,
  drop constraint membership_end_cause_check,
  drop constraint membership_check,
  drop constraint membership_check1,
  drop constraint membership_check2,
  drop constraint membership_ends_for_a_cause;
create trigger membership_is_coherent
  before insert or update of status, starts_on, ends_on, end_cause, sent_on, received_on on membership
  for each row execute function membership_is_coherent();

drop trigger membership_version_has_no_gap on membership;
create trigger membership_version_has_no_gap before update of version on membership
  for each row execute function membership_version_has_no_gap();
drop trigger membership_ledger_follows_the_orders on membership;
create trigger membership_ledger_follows_the_orders before update of ledger_position, ledger_head on membership
  for each row execute function platform.refuse_direct_change();

-- Judged where the order extends the chain.
alter table purchase_order
  drop constraint purchase_order_ledger_position_check,
  drop constraint purchase_order_kind_check,
  drop constraint purchase_order_line_count_check,
  drop constraint purchase_order_check;

-- Judged with the lines of their order.
alter table order_line
  drop constraint order_line_line_check,
  drop constraint order_line_delta_check;

drop trigger ordered_day_follows_the_ledger on ordered_day;
alter table ordered_day drop constraint ordered_day_ordered_check;
create trigger ordered_day_follows_the_ledger before insert or update or delete on ordered_day
  for each row execute function ordered_day_follows_the_ledger();

drop trigger maximum_slot_follows_the_ledger on maximum_slot;
alter table maximum_slot
  drop constraint maximum_slot_slot_check,
  drop constraint maximum_slot_credit_check;
create trigger maximum_slot_follows_the_ledger before insert or update or delete on maximum_slot
  for each row execute function maximum_slot_follows_the_ledger();
