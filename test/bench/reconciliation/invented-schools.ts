/** Schools of 200: the first half pupils, the second their guardians, one each; who somebody is follows from a number alone. */
export const usersPerSchool = 200;
const half = usersPerSchool / 2;

const digits = (n: number, length: number) => String(n).padStart(length, '0');

export const uaiOf = (school: number) => `${digits(school, 7)}Z`;
export const accountIdOf = (n: number) =>
  `00000000-0000-8000-8000-${n.toString(16).padStart(12, '0')}`;
const isPupil = (n: number) => n % usersPerSchool < half;

/** As Open ENT-NG lists it to an administrator (§1.1), all unchanged and never used. */
export function listedUsers(school: number): object[] {
  const first = school * usersPerSchool;
  return Array.from({ length: usersPerSchool }, (_, index) => {
    const n = first + index;
    const child = { id: `ent-${n - half}`, displayName: null, childExternalId: null };
    const names = {
      firstName: `Prénom${n}`,
      lastName: `Nom${n}`,
      displayName: `Nom${n} Prénom${n}`,
    };
    const label = isPupil(n) ? 'CP' : 'Familles';
    return {
      ...{ id: `ent-${n}`, externalId: accountIdOf(n), login: `p.${n}`, originalLogin: `p.${n}` },
      ...{ type: isPupil(n) ? 'Student' : 'Relative', code: 'k7bpx3mn', ...names },
      ...{ source: 'MANUAL', attachmentId: null, birthDate: isPupil(n) ? '2014-03-02' : null },
      ...{ blocked: null, creationDate: '2022-09-05T08:00:00Z', lastLogin: null, email: null },
      structures: [{ id: `school-${school}`, name: `École ${school}` }],
      allClasses: [{ id: `class-${school}-${label}`, name: label }],
      functions: [[null, null]],
      children: isPupil(n) ? [{ id: null, displayName: null, childExternalId: null }] : [child],
      hasClass: true,
    };
  });
}

/** The same in the books, as who owns them writes it: $1 the number of schools. */
export const books: readonly string[] = [
  "set session_replication_role = 'replica'",
  `insert into market (market_code, version, grace_days) values ('m', 1, 60)`,
  `insert into membership values ('m1', 'o', 'm', '2022-07-19', '2026-07-19')`,
  `insert into ent_structure select lpad(s::text, 7, '0') || 'Z', 'school-' || s from generate_series(0, $1::int - 1) s`,
  `insert into ent_class select lpad(s::text, 7, '0') || 'Z', c, 'class-' || s || '-' || c
   from generate_series(0, $1::int - 1) s, unnest(array['CP', 'Familles']) c`,
  `insert into person (person_id, last_name, first_name, birth_date, source_key, revision, child_ids)
   select pg_temp.id(n), 'Nom' || n, 'Prénom' || n, case when pupil then '2014-03-02' else '' end, n::text, 1,
     case when pupil then '{}' else array[pg_temp.id(n - ${half})] end from invented`,
  `insert into account (account_id, person_id, profile, state, since, sequence, uai, membership_id, item_code, entry_on,
     source_key, class_label, open_state, ent_id, login, ent_identity)
   select pg_temp.id(n), pg_temp.id(n), case when pupil then 'STUDENT' else 'RELATIVE' end, 'PROVISIONED', '2022-09-05', 3,
     lpad((n / ${usersPerSchool})::text, 7, '0') || 'Z', 'm1', '', '2022-09-01', n::text, case when pupil then 'CP' else 'Familles' end,
     'PROVISIONED', 'ent-' || n, 'p.' || n,
     ent_identity(pg_temp.id(n), 'Prénom' || n, 'Nom' || n, case when pupil then '2014-03-02' else '' end) from invented`,
  `insert into ent_place select pg_temp.id(n), lpad((n / ${usersPerSchool})::text, 7, '0') || 'Z', label, 'class-' || n / ${usersPerSchool} || '-' || label
   from invented cross join lateral (select case when pupil then 'CP' else 'Familles' end as label) as l`,
  `insert into ent_link select pg_temp.id(n), pg_temp.id(n - ${half}), true from invented where not pupil`,
  'analyze',
];

/** Before them: who is invented, and the id of a number. */
export const invented: readonly string[] = [
  `create function pg_temp.id(n integer) returns uuid language sql immutable as
   $$ select ('00000000-0000-8000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$`,
  `create temp view invented as select n, n % ${usersPerSchool} < ${half} as pupil
   from generate_series(0, $1::int * ${usersPerSchool} - 1) n`,
];
