-- MKT-5: which pools have holders who ask for a seat elsewhere, answered from the index alone.
create index account_leavers on account (membership_id, item_code) where holds_seat and next_membership_id is not null;
