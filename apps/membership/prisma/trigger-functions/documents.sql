-- What decides something about a membership rests on a paper of one of these kinds, deposited in its file (ADH-2).
create or replace function rests_on_its_paper() returns trigger language plpgsql as $$
begin
  if not exists (select from papers_of(new.membership_id) d where d.id = new.document_id and d.kind = any(tg_argv)) then
    raise exception '% of membership % rests on no paper of its file', tg_table_name, new.membership_id
      using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- What decides about the market as a whole rests on a paper of its own: of these kinds, or of any where none is named.
create or replace function rests_on_a_paper_of_the_market() returns trigger language plpgsql as $$
declare
  decided jsonb := to_jsonb(new);
  of_market text := coalesce(decided ->> 'market_code', (
    select c.market_code from committee_meeting m join committee c on c.id = m.committee_id where m.id = decided ->> 'meeting_id'));
begin
  if not exists (select from document d
                  where d.id = coalesce(decided ->> 'document_id', decided ->> 'rules_document_id')
                    and d.market_code = of_market and d.organisation_id is null
                    and (tg_nargs = 0 or d.kind = any(tg_argv))) then
    raise exception '% rests on no paper of market %', tg_table_name, of_market using errcode = 'check_violation';
  end if;
  return new;
end $$;
