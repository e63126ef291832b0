-- Let in although it came late, an application may still be refused as incomplete: one decision of each kind (ADH-3).
alter table application_decision drop constraint application_decision_pkey;
alter table application_decision add primary key (membership_id, decision);
