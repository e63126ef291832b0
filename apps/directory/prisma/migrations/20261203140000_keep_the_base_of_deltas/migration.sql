-- What a source said of an entity before deliveries that wait for a decision: a rejection or an expiry restores it (DIR-3).
create table held_before (
  source text collate "C" not null,
  entity smallint not null,
  source_key text collate "C" not null,
  ine_hash text,
  -- Null: nothing was held of this entity.
  attributes jsonb,
  refers text[] collate "C" not null,
  primary key (source, entity, source_key)
);
create index held_before_refers on held_before using gin (refers);

-- Schools whose undecided changes a delta contains: they wait in its plan too.
alter table directory_import add column carried_uais text[] collate "C" not null default '{}';
