-- Who delivers (DIR-5): declared, never guessed from a file.
create table declared_source (
  source_code text primary key,
  kind text not null check (kind in ('AAF_1D', 'ONDE', 'ENT_CSV', 'LDAP')),
  title text not null,
  -- What an AAF export of this source says in its head, where it says anything; empty: not compared.
  academy_code text not null,
  -- 1 first: whose word counts where two sources state the same person.
  priority integer not null check (priority > 0),
  -- By attribute, where it is another one: { "NAMES": 5 }.
  priorities jsonb not null default '{}',
  -- Its priorities have changed: people up to this one are derived anew; empty: all are.
  derived_to uuid,
  -- Its schools and profiles; an empty list: all of them. A school of a department or of the list is in.
  departments text[] not null,
  uais text[] not null,
  profiles text[] not null,
  enabled boolean not null
);

alter table directory_import add constraint directory_import_source foreign key (source) references declared_source;
