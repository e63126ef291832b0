type Client = { query(text: string, values?: readonly unknown[]): Promise<unknown> };

/**
 * Fills a console's read model with so many invented people in 2,180 schools, half of them in the market
 * e-primo-2022, and leaves PostgreSQL without statistics, as after a first import. `owner` is who made the tables.
 */
export async function readModelOf(people: number, owner: Client): Promise<void> {
  for (const table of ['person', 'person_word', 'enrolment', 'membership', 'school_financed']) {
    await owner.query(`alter table ${table} set (autovacuum_enabled = false)`);
  }
  await owner.query(
    `insert into membership (membership_id, organisation_id, organisation_name, siren, market_code, status, starts_on, ends_on)
     select 'm-' || i, 'org-' || i, 'Commune ' || i, '', case when i <= 60 then 'e-primo-2022' else 'autre' end, 'ACTIVE',
            '2022-07-19', '2026-07-19'
     from generate_series(1, 120) i`,
  );
  await owner.query(
    `insert into school_financed (uai, membership_id, starts_on)
     select 'U' || lpad(i::text, 6, '0') || 'A', 'm-' || (1 + i % 120), '2022-07-19' from generate_series(1, 2180) i`,
  );
  // Words of eight hexadecimal digits: a prefix of n of them names one in 16^n.
  await owner.query(
    `insert into person (person_id, last_name, first_name, birth_date, child_ids, guardian_ids, revision)
     select 'p-' || i, substr(md5((i % 20000)::text), 1, 8), substr(md5((i % 500)::text), 1, 8), '2015-04-02', '{}', '{}', 1
     from generate_series(1, $1::int) i`,
    [people],
  );
  await owner.query(
    `insert into person_word (word, person_id)
     select last_name, person_id from person union select first_name, person_id from person`,
  );
  await owner.query(
    `insert into enrolment (person_id, position, profile, uai, starts_on, class_label, level, further_classes, groups)
     select person_id, 1, 'STUDENT', 'U' || lpad((1 + (substr(person_id, 3)::bigint * 7919) % 2180)::text, 6, '0') || 'A',
            '2022-09-01', 'CP', 'CP', '{}', '{}'
     from person`,
  );
}
