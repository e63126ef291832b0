-- What a federated way in names a person by, profile by profile (`{"STUDENT": "NANTES-4412345"}`), and the mail that the
-- academy gave to a member of staff; '': none (AUT-1).
alter table person add column external_ids jsonb not null default '{}', add column academic_mail text not null default '';
-- The mail that the ENT was told at the creation, as a digest: it takes no other afterwards. Null: none.
alter table account add column ent_mail text;
-- The ENT keeps an externalId unique. Who was deleted gives way to who comes back.
create unique index account_ent_external_id on account (ent_external_id) where ent_external_id is not null and state <> 'DELETED';
