-- Schools whose repair was refused, since the ENT lacks more of their accounts than one person may confirm for all (PRV-5).
create table ent_missing_school (
  uai text primary key,
  missing integer not null check (missing > 0),
  compared integer not null check (compared >= missing),
  is_emptied boolean not null,
  read_on date not null
);
create index ent_missing_school_read on ent_missing_school (read_on);

-- Repairs that used a confirmation of two persons: once a school, up to its figure.
create table ent_missing_confirmation (
  proposal_id uuid not null,
  uai text not null,
  missing integer not null,
  used_on date not null,
  primary key (proposal_id, uai)
);
create trigger ent_missing_is_confirmed before insert on ent_missing_confirmation
  for each row execute function ent_missing_is_confirmed();
create trigger ent_missing_confirmation_is_append_only before update or delete on ent_missing_confirmation
  for each row execute function platform.refuse_change();
create trigger ent_missing_confirmation_is_never_truncated before truncate on ent_missing_confirmation
  for each statement execute function platform.refuse_change();
