-- The ENT's externalId of a user that an account took over (PRV-5), which the ENT never lets be changed; null: ours.
alter table account add column ent_external_id text;
