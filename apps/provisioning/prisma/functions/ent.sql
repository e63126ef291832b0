-- Families as the directory states them: a link that is not there yet, or one too many ('LINK', 'UNLINK'; null: as
-- it should be). With an account, the ENT drops its links.
create or replace function ent_link_change(l ent_link) returns text language sql stable as $$
  select case when s.ent_removed then null when not l.linked and is_child then 'LINK' when l.linked and not is_child then 'UNLINK' end
  from account r join account s on s.account_id = l.student_account_id
  cross join lateral (select exists (
    select from person p where p.person_id = r.person_id and s.person_id = any(p.child_ids)) as is_child) as family
  where r.account_id = l.relative_account_id
$$;

-- Whoever has to do with a school, whether it gives an account or a further class alone.
create or replace view person_at_school as
  select person_id, uai from person_enrolment union all select person_id, uai from person_class;

-- Whether a membership pays for a school on a day: of the others the ENT hears nothing.
create or replace function is_financed(school text, on_day date) returns boolean language sql stable as $$
  select exists (select from school_financing f join membership m using (membership_id)
    where f.uai = school and f.starts_on <= on_day and (f.ends_on is null or f.ends_on > on_day)
      and m.starts_on <= on_day and m.ends_on > on_day)
$$;

-- The classes that the ENT should have an account in, but for those that others bring it into.
create or replace function ent_own_places(a account) returns table (uai text, class_label text, class_level text)
language sql stable as $$
  select a.uai, a.class_label, a.class_level where a.class_label <> ''
  union all
  select distinct p.uai, p.class_label, '' from person_class p, platform.business_day d
  where p.person_id = a.person_id and p.profile = a.profile and (p.uai, p.class_label) <> (a.uai, a.class_label)
    and p.starts_on <= d.day and (p.ends_on is null or p.ends_on > d.day) and is_financed(p.uai, d.day)
$$;

-- All of them: a guardian is in the classes of all its children too, of one who waits or closes where the ENT has it.
create or replace function ent_wanted_places(a account) returns table (uai text, class_label text, class_level text)
language sql stable as $$
  select o.uai, o.class_label, o.class_level from ent_own_places(a) o where a.profile <> 'RELATIVE'
  union all
  select x.uai, x.class_label, max(x.class_level) from (
    select o.uai, o.class_label, o.class_level from ent_own_places(a) o
    union all
    select o.uai, o.class_label, o.class_level from ent_link l join account c on c.account_id = l.student_account_id
      cross join lateral ent_own_places(c) o
      where l.relative_account_id = a.account_id and l.linked and not c.ent_removed and c.state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED')
    union all
    select t.uai, t.class_label, '' from ent_link l join account c on c.account_id = l.student_account_id
      join ent_place t on t.account_id = c.account_id
      where l.relative_account_id = a.account_id and l.linked and not c.ent_removed and c.state not in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED')) x
  where a.profile = 'RELATIVE' group by x.uai, x.class_label
$$;

-- Whether the ENT has an account in other classes than it should.
create or replace function ent_places_differ(a account) returns boolean language sql stable as $$
  select exists (
      select from ent_wanted_places(a) w where not exists (
        select from ent_place t where t.account_id = a.account_id and t.uai = w.uai and t.class_label = w.class_label))
    or exists (
      select from ent_place t where t.account_id = a.account_id and not exists (
        select from ent_wanted_places(a) w where w.uai = t.uai and w.class_label = t.class_label))
$$;

-- What the federated ways in name the person of an account by; null: no source says it, or another account bears it, which
-- the ENT would refuse.
create or replace function ent_key_of(a account) returns text language sql stable as $$
  select p.external_ids ->> a.profile from person p
  where p.person_id = a.person_id and not exists (
    select from account o where o.ent_external_id = p.external_ids ->> a.profile and o.account_id <> a.account_id and o.state <> 'DELETED')
$$;

-- Who a person is, as the ENT is told: a digest, so that an account holds no second copy of a child's name. Each
-- account has its own: two of the same name cannot be told from their digests.
create or replace function ent_identity(account_id uuid, first_name text, last_name text, birth_date text)
returns text language sql immutable strict as $$
  select encode(sha256(convert_to(jsonb_build_array(account_id, first_name, last_name, birth_date)::text, 'UTF8')), 'hex')
$$;

-- An academic mail, as the ENT was told it: a digest, each account its own.
create or replace function ent_mail(account_id uuid, mail text) returns text language sql immutable strict as $$
  select case when mail <> '' then ent_identity(account_id, mail, '', '') end
$$;

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

-- Whether the ENT still has to be told something about an account. One that is open has its user there, or had it and is
-- made again (PRV-5).
create or replace function ent_is_behind(a account, tried boolean) returns boolean language sql stable as $$
  select case
    when a.ent_removed then false
    when a.ent_id is null then a.state in ('PROVISIONING', 'PROVISIONED', 'ACTIVATED', 'SUSPENDED') or (tried and a.state in ('WAITING_SEAT', 'CLOSING', 'DELETED'))
    when a.state = 'DELETED' or a.state = 'PROVISIONING' then true
    when a.state in ('REQUESTED', 'FAILED') then false
    else a.ent_blocked <> (a.state in ('WAITING_SEAT', 'SUSPENDED', 'CLOSING'))
      or (a.state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED') and ent_places_differ(a))
      or (a.state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED') and exists (
        select from person p where p.person_id = a.person_id
          and ent_identity(a.account_id, p.first_name, p.last_name, p.birth_date) is distinct from a.ent_identity))
      or (a.profile = 'RELATIVE' and exists (
        select from ent_link l where l.relative_account_id = a.account_id and ent_link_change(l) is not null))
  end
$$;
