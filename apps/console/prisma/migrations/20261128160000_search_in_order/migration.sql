-- A search reads what it shows, however many a name is of: every index that it starts from stands in the order of the
-- list, and holds all that the other words and the birth date are compared with.

-- ' martin  lea anne', as src/read-model/normalise.ts writes it from now on: a space before each word, two before the first
-- names, so that all MARTIN stand before MARTIN DUPONT.
alter table person add column sort_name text collate "C";
update person p set sort_name = named.sort_name from (
  select q.person_id, string_agg(repeat(' ', n.at::int) || trim(regexp_replace(lower(regexp_replace(regexp_replace(
      regexp_replace(normalize(n.name, NFD), '[\u0300-\u036f]', '', 'g'),
      '[œŒ]', 'oe', 'g'), '[æÆ]', 'ae', 'g')), '[^a-z0-9]+', ' ', 'g')), '' order by n.at) as sort_name
  from person q cross join lateral unnest(array[q.last_name, q.first_name]) with ordinality as n (name, at)
  group by q.person_id) named
where named.person_id = p.person_id;
alter table person alter column sort_name set not null;
drop index person_names;
create index person_birth_date on person (birth_date, sort_name, person_id);

drop table person_word;
create table person_word (
  person_id text not null references person on delete cascade,
  word text collate "C" not null,
  -- A word of both is one of the last name.
  is_first_name boolean not null,
  sort_name text collate "C" not null,
  birth_date date,
  primary key (person_id, word)
);
insert into person_word
select p.person_id, w.word, bool_and(w.is_first_name), p.sort_name, p.birth_date
from person p
  cross join lateral (values (split_part(p.sort_name, '  ', 1), false), (substr(p.sort_name, strpos(p.sort_name, '  ')), true)) n (words, is_first_name)
  cross join lateral (select word, n.is_first_name from regexp_split_to_table(n.words, ' +') word) w
where w.word <> ''
group by p.person_id, w.word;
create index person_word_order on person_word (is_first_name, word, sort_name, person_id, birth_date);

alter table enrolment add column sort_name text collate "C";
update enrolment e set sort_name = p.sort_name from person p where p.person_id = e.person_id;
alter table enrolment alter column sort_name set not null;
drop index enrolment_uai;
create index enrolment_uai on enrolment (uai, sort_name, person_id);
