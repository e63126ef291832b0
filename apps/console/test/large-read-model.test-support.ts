type Client = { query(text: string, values?: readonly unknown[]): Promise<unknown> };

/**
 * Fills a console's read model with so many invented people in 2,180 schools, half of them in the market
 * e-primo-2022, and leaves PostgreSQL without statistics, as after a first import. Names are as frequent as in France:
 * of a million people some 9,600 are MARTIN; a tenth have a compound first name. `owner` is who made the tables.
 */
export async function readModelOf(people: number, owner: Client): Promise<void> {
  const filled = ['person', 'person_word', 'enrolment', 'account', 'school', 'membership'];
  // The most frequent of the last and of the first names 1 % and 1.6 % of the people bear.
  const [lastNames, firstNames] = [Math.min(100_000, people), 3_000];
  for (const table of [...filled, 'school_financed']) {
    await owner.query(`alter table ${table} set (autovacuum_enabled = false)`);
  }
  await owner.query(
    `insert into membership (membership_id, organisation_id, organisation_name, siren, market_code, status, starts_on, ends_on)
     select 'm-' || i, 'org-' || i, 'Commune ' || i, '', case when i <= 60 then 'e-primo-2022' else 'autre' end, 'ACTIVE',
            '2022-07-19', '2026-07-19'
     from generate_series(1, 120) i`,
  );
  await owner.query(
    `insert into school (uai, name, normalised, commune, insee, postal_code, revision)
     select 'U' || lpad(i::text, 6, '0') || 'A', 'École ' || i, 'ecole ' || i || ' commune', 'Commune', '', '', 1
     from generate_series(1, 2180) i`,
  );
  await owner.query(
    `insert into school_financed (uai, membership_id, starts_on)
     select 'U' || lpad(i::text, 6, '0') || 'A', 'm-' || (1 + i % 120), '2022-07-19' from generate_series(1, 2180) i`,
  );
  // Letters of a hash, vowels most: as with real names, some beginnings are much more frequent than others.
  const letters = (of: string) =>
    `translate(substr(md5((${of})::text), 1, 4 + (${of}) % 6), '0123456789', 'aeioulmnrt')`;
  await owner.query(
    `create temp table last as select 1 as rank, 'martin' as name
       union all select r, ${letters('r')} from generate_series(2, ${lastNames}) r`,
  );
  await owner.query(
    `create temp table first as select r as rank, ${letters('r + 1000000')} as name from generate_series(1, ${firstNames}) r`,
  );
  await owner.query('analyze last, first');
  // Of n names the one of rank r is borne by nearly ln(1 + 1/(9 + r)) / ln(n/10) of the people.
  const rank = (names: number, drawn: string) =>
    `floor(10 * power(${names} / 10.0::float8, ${drawn}))::int - 9`;
  const drawn = (of: string) => `(hashint8extended(i, ${of}) & 1073741823) / 1073741824.0::float8`;
  await owner.query(
    `insert into person (person_id, last_name, first_name, birth_date, child_ids, guardian_ids, revision, sort_name)
     select 'p-' || i, upper(l.name), initcap(f.name), case when i % 5 < 2 then '2012-01-01'::date + i % 3650 else '1950-01-01'::date + i % 20000 end,
            '{}', '{}', 1, ' ' || l.name || '  ' || replace(f.name, '-', ' ')
     from generate_series(1, $1::int) i
       join last l on l.rank = ${rank(lastNames, drawn('1'))}
       join first a on a.rank = ${rank(firstNames, drawn('2'))}
       join first b on b.rank = ${rank(firstNames, drawn('3'))}
       cross join lateral (select case when i % 10 = 0 then a.name || '-' || b.name else a.name end) f (name)`,
    [people],
  );
  await owner.query(
    `insert into person_word (person_id, word, is_first_name, sort_name, birth_date)
     select person_id, word, bool_and(is_first_name), min(sort_name), min(birth_date)
     from person p cross join lateral (
       select lower(last_name), false union all select regexp_split_to_table(lower(first_name), '-'), true) w (word, is_first_name)
     group by person_id, word`,
  );
  await owner.query(
    `insert into enrolment (person_id, position, profile, uai, starts_on, class_label, level, further_classes, groups, sort_name)
     select person_id, 1, case when substr(person_id, 3)::int % 5 < 2 then 'STUDENT' else 'RELATIVE' end,
            'U' || lpad((1 + (substr(person_id, 3)::bigint * 7919) % 2180)::text, 6, '0') || 'A',
            '2022-09-01', 'CP', 'CP', '{}', '{}', sort_name
     from person`,
  );
  await owner.query(
    `insert into account (account_id, person_id, profile, state, since, uai, membership_id, failure_code, sequence)
     select 'a-' || person_id, person_id, profile, 'ACTIVE', '2022-09-01', uai, 'm-1', '', 1 from enrolment`,
  );
}
