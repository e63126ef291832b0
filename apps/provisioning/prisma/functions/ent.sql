-- Schools that an academy feeds today (PRV-9).
create or replace view fed_school_today as
  select f.uai, f.academy from fed_school f join platform.business_day d
    on f.starts_on <= d.day and (f.ends_on is null or f.ends_on > d.day);

-- Families whose link in the ENT is not as the directory states it: one that is not there yet, or one too many. With an
-- account, the ENT drops its links. A view, like those of the places below.
create or replace view ent_link_gap as
  select l.relative_account_id, l.student_account_id, case when l.linked then 'UNLINK' else 'LINK' end as change
  from ent_link l join account r on r.account_id = l.relative_account_id join account s on s.account_id = l.student_account_id
  where not s.ent_removed and l.linked <> exists (
    select from person p where p.person_id = r.person_id and s.person_id = any(p.child_ids) offset 0);

-- Whoever has to do with a school, whether it gives an account or a further class alone.
create or replace view person_at_school as
  select person_id, uai from person_enrolment union all select person_id, uai from person_class;

-- The classes that the ENT should have an account in, but for those that others bring it into: its own, and further ones
-- in schools that a membership pays for. Views, since a function within a function is planned anew for each row; `offset 0`
-- keeps what is asked of one account from being computed for all.
create or replace view ent_own_place as
  select a.account_id, a.uai, a.class_label, a.class_level, a.state, a.ent_removed from account a where a.class_label <> ''
  union all
  select a.account_id, p.uai, p.class_label, '' as class_level, a.state, a.ent_removed
  from account a join person_class p on p.person_id = a.person_id and p.profile = a.profile
  where a.class_label <> '' and p.starts_on <= (select day from platform.business_day)
    and (p.ends_on is null or p.ends_on > (select day from platform.business_day))
    and exists (select from school_financing f join membership m using (membership_id), platform.business_day d
      where f.uai = p.uai and f.starts_on <= d.day and (f.ends_on is null or f.ends_on > d.day)
        and m.starts_on <= d.day and m.ends_on > d.day offset 0);

-- All of them, some more than once: a guardian is in the classes of all its children too, of one who waits or closes, or
-- whose move waits for a plan, in those where the ENT has it. Each view is named once: what reads these is planned with all
-- that stands in them, which costs more than its answer.
create or replace view ent_wanted_place as
  select x.account_id, c.uai, c.class_label, c.class_level
  from (select account_id, account_id as of_account_id, true as is_own from account
    union all select relative_account_id, student_account_id, false from ent_link where linked) x
  cross join lateral (
    select o.uai, o.class_label, o.class_level from ent_own_place o
    where o.account_id = x.of_account_id and (x.is_own or (not o.ent_removed and o.state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED')
      and not exists (select from ent_task w where w.account_id = o.account_id and w.gate <> 'OPEN')))
    union all
    select t.uai, t.class_label, '' as class_level from account s join ent_place t using (account_id)
    where not x.is_own and s.account_id = x.of_account_id and not s.ent_removed and (s.state not in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED')
      or exists (select from ent_task w where w.account_id = s.account_id and w.gate <> 'OPEN'))
    offset 0) c;

-- Accounts that the ENT has in other classes than it should: of each class, whether it is wanted (1), there (2), or both.
-- In a fed school the academy decides.
create or replace view ent_place_gap as
  select account_id from (
    select account_id, uai, class_label, 1 as is_where from ent_wanted_place
    union all select account_id, uai, class_label, 2 from ent_place) p
  where not exists (select from fed_school_today f where f.uai = p.uai)
  group by account_id, uai, class_label having bit_or(is_where) <> 3;

-- What the federated ways in name the person of an account by; null: no source says it, or another account bears it, which
-- the ENT would refuse.
create or replace function ent_key_of(a account) returns text language sql stable as $$
  select p.external_ids ->> a.profile from person p
  where p.person_id = a.person_id and not exists (
    select from account o where o.ent_external_id = p.external_ids ->> a.profile and o.account_id <> a.account_id and o.state <> 'DELETED')
$$;

-- Who a person is, as the ENT is told: a digest, so that an account holds no second copy of a child's name. Each
-- account has its own: two of the same name cannot be told from their digests. In a language that plans its expression once
-- for a connection: of each account it is asked several times.
create or replace function ent_identity(account_id uuid, first_name text, last_name text, birth_date text)
returns text language plpgsql immutable strict as $$
begin
  return encode(sha256(convert_to(jsonb_build_array(account_id, first_name, last_name, birth_date)::text, 'UTF8')), 'hex');
end $$;

-- An academic mail, as the ENT was told it: a digest, each account its own.
create or replace function ent_mail(account_id uuid, mail text) returns text language plpgsql immutable strict as $$
begin
  return case when mail <> '' then ent_identity(account_id, mail, '', '') end;
end $$;

-- What stands between a person and the federated way in of its profile (AUT-1): '' where nothing does. Who has no user yet
-- is judged by what it will be made with.
create or replace function ent_way_in_gap(a account, way text) returns text language sql stable as $$
  select case
    when coalesce(way, 'LOCAL') = 'LOCAL' or a.state = 'DELETED' then ''
    when way = 'ACADEMIC_SSO' and known.mail is not null and (a.ent_id is null or a.ent_mail = known.mail) then ''
    -- A name of ours is a UUID, and nobody's key.
    when a.ent_external_id !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' and a.ent_external_id = coalesce(known.key, a.ent_external_id) then ''
    when known.key is null and (way <> 'ACADEMIC_SSO' or known.mail is null) then 'KEY_MISSING'
    when exists (select from account o where o.ent_external_id = known.key and o.account_id <> a.account_id and o.state <> 'DELETED')
      then 'KEY_SHARED'
    else 'KEY_LATE'
  end
  from (select) as one left join lateral (
    select p.external_ids ->> a.profile as key, ent_mail(a.account_id, p.academic_mail) as mail
    from person p where p.person_id = a.person_id) as known on true
$$;

-- Confirmations of two persons that a repair may still use, a row a school: three days from the decision, once (PRV-5).
create or replace view ent_missing_confirmed as
  select p.proposal_id, s.uai, s.missing, o.decided_on + 3 as valid_until
  from platform.business_day d
  join platform.proposal_decision o on o.outcome = 'APPROVED' and d.day >= o.decided_on and d.day < o.decided_on + 3
  join platform.proposal p on p.proposal_id = o.proposal_id and p.kind = 'ENT_MISSING'
  cross join jsonb_to_recordset(p.content -> 'schools') s (uai text, missing integer)
  where not exists (
    select from ent_missing_confirmation c where c.proposal_id = p.proposal_id and c.uai = s.uai);
