-- The papers in the file of a membership: its own, and its organisation's in the same market (ADH-2).
create or replace function papers_of(of_membership text) returns setof document language sql stable as $$
  select d.* from membership m
    join document d on d.market_code = m.market_code and d.organisation_id = m.organisation_id
     and (d.membership_id is null or d.membership_id = m.id)
   where m.id = of_membership
$$;

-- The papers in the files of memberships of one market, or the market's own, since an arrêté may concern many.
create or replace function papers_about(variadic memberships text[]) returns setof document language sql stable as $$
  select p.* from unnest(memberships) m, papers_of(m) p
  union all
  select o.* from document o
   where o.organisation_id is null and o.market_code in (select market_code from membership where id = any(memberships))
$$;

-- Those that may decide that another takes a member over (ADH-5).
create or replace function succession_papers_of(of_membership text) returns setof document language sql stable as $$
  select d.* from papers_about(of_membership) d where d.kind in ('DECISION', 'DELIBERATION', 'STATUTES', 'OTHER')
$$;

-- What a membership comes into force with beside its signed convention, and nobody has deposited. The rectorat has no
-- délibération, and may have no annex 2.
create or replace function papers_to_deposit(of_membership text) returns setof text language sql stable as $$
  select wanted.kind
    from membership m join organisation o on o.id = m.organisation_id
    cross join (values ('DELIBERATION'), ('ANNEXE2')) wanted (kind)
   where m.id = of_membership
     and (o.kind <> 'STATE' or (wanted.kind = 'ANNEXE2' and exists (
            select from annexe2 a where a.membership_id = m.id and a.verified_by is not null)))
     and not exists (select from papers_of(m.id) d where d.kind = wanted.kind)
$$;

-- Somebody uploaded it: the journal has that line, of this content, and a seal holds the line. The newest quarter of an
-- hour may still wait for its seal. Once the line was due and removed, the seal of that day stands for it.
create or replace function document_upload_is_sealed(d document) returns boolean language sql stable as $$
  select exists (
    select from platform.audit_entry e
     where e.subject = 'document:' || d.id and e.action = 'document.uploaded' and e.rests_on = d.sha256
       and e.actor = d.uploaded_by
       and (e.recorded_at > clock_timestamp() - interval '15 minutes'
            or exists (select from platform.sealed_entry s where s.book = 'audit' and s.entry = e.id)))
  or exists (
    select from platform.seal s
     where s.book = 'audit' and s.kept_until <= (clock_timestamp() at time zone 'UTC')::date
       and d.uploaded_on between s.oldest_at::date - 1 and s.newest_at::date + 1)
$$;
