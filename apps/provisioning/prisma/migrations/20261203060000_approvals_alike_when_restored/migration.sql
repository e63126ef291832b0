-- A list of pairs reads otherwise after a restore: a backup and its source would differ.
alter table ent_approval
  drop constraint ent_approval_is_of_its_source,
  add constraint ent_approval_is_of_its_source check (
    (source = 'DIRECTORY' and kind in ('ENDED', 'CHANGED')) or (source = 'ORDER' and kind = 'BLOCK') or (source = 'PLAN' and kind = 'DELETE'));
