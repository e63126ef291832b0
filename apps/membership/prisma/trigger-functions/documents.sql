-- What decides something about a membership rests on a paper of one of these kinds, deposited in its file (ADH-2).
create or replace function rests_on_its_paper() returns trigger language plpgsql as $$
begin
  if not exists (select from papers_of(new.membership_id) d where d.id = new.document_id and d.kind = any(tg_argv)) then
    raise exception '% of membership % rests on no paper of its file', tg_table_name, new.membership_id
      using errcode = 'check_violation';
  end if;
  return new;
end $$;
