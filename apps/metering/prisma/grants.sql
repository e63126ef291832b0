-- What the service may do, table by table: a fact stays as provisioning stated it, so that days can be counted anew,
-- and a certificate as it was given.
grant select, insert on account_fact, cut_off_certificate, certificate_change to :"service";
grant usage, select on sequence facts_taken to :"service";

-- What follows from the facts, and whose membership is whose.
grant select, insert on usage_change, membership_copy, days_told to :"service";
grant update (before) on days_told to :"service";
grant update (delta) on usage_change to :"service";
grant update (organisation_id, market_code) on membership_copy to :"service";
grant select, insert, delete on account_interval to :"service";
