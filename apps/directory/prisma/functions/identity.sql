-- Whether a key stands for somebody else now (DIR-3): another name and first name, or another birth date and one of both.
-- Accents, case and signs say nothing, nor do names that changed places.
create or replace function is_other_person(
  last_before text, first_before text, birth_before date, last_after text, first_after text, birth_after date
) returns boolean language sql immutable parallel safe as $$
  select case
    when b.last = a.last and b.first = a.first then false
    when b.last = a.first and b.first = a.last then false
    when b.last <> a.last and b.first <> a.first then true
    else coalesce(birth_before <> birth_after, false) end
  from (select plain_name(last_before) as last, plain_name(first_before) as first) b,
       (select plain_name(last_after) as last, plain_name(first_after) as first) a
$$;

create or replace function plain_name(name text) returns text language sql immutable parallel safe as $$
  select regexp_replace(
    translate(lower(name), 'àâäáãåçéèêëíìîïñóòôöõúùûüýÿœæ', 'aaaaaaceeeeiiiinooooouuuuyyoa'), '[^a-z0-9]', '', 'g')
$$;
