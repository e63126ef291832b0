-- Looks are chained per agent and day: those of different people wait for nobody. Nothing is installed yet, and a
-- line that stands cannot be hashed anew.
do $$ begin
  if exists (select from look) then
    raise exception 'this database holds looks of one chain: it begins anew (npm start -- --fresh)';
  end if;
end $$;
alter table look alter id add generated always as identity;
alter table look add chain_day date not null, add chain_position integer not null,
  -- Code of the problem it was refused with; null: what was asked was shown.
  add refusal text,
  alter reason drop not null,
  add constraint look_states_a_reason check (reason is not null or refusal is not null),
  add constraint look_chain unique (user_id, chain_day, chain_position);
