-- Digest of the names and the birth date that the ENT was last told of (`ent_identity`); null: not known.
alter table account add column ent_identity text;
