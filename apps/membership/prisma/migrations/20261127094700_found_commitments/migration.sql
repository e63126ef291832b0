-- C rests on the verified annex 2 and on successions that were carried out, whoever writes (COM-3, ADH-5).

alter table commitment_change add constraint commitment_change_succession_id_fkey foreign key (succession_id) references succession;
create constraint trigger commitment_change_rests_on_succession after insert on commitment_change
  deferrable initially deferred for each row execute function commitment_change_rests_on_succession();

-- After the maximum has been counted (triggers of one row go by their names).
create constraint trigger succession_names_the_order after insert on purchase_order
  deferrable initially deferred for each row when (new.kind = 'SUCCESSION') execute function order_rests_on_succession();

-- A membership is made of one succession, once.
create unique index succession_creates_a_member_once on succession (successor_membership_id) where is_successor_created;

create trigger annexe2_begins_unverified before insert on annexe2
  for each row execute function annexe2_begins_unverified();
create trigger annexe2_line_comes_before_verification before insert on annexe2_line
  for each row execute function annexe2_line_comes_before_verification();
create constraint trigger membership_commits_to_its_annexe2 after insert or update of status on membership
  deferrable initially deferred for each row when (new.status = 'ACTIVE')
  execute function membership_commits_to_its_annexe2();
