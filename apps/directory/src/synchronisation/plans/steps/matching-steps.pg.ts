import { localDate } from '#libs/time';
import { academyRegisters, type IdentityStatement } from '../../../identities/identities.module.js';

/** Whether a plan may have to look for somebody: under a new identifier, or one that an earlier plan gives back. $1: source, $2: import. */
export const anyNewKey = `
  select exists (select from plan where import_id = $2) or exists (
    select from delivered_person d where d.import_id = $2
      and not exists (select from person_key k where k.source = $1 and k.source_key = d.source_key)) as some`;

/** The links of people whom no identifier leads to, from both ends. $1: the import. */
export const newLinks = `
  insert into new_link (source_key, other_key, relation)
  select l.child_key, l.guardian_key, l.relation from delivered_link l
  join difference d on d.source_key = l.child_key where l.import_id = $1 and d.person_id is null
  union
  select l.guardian_key, l.child_key, l.relation from delivered_link l
  join difference d on d.source_key = l.guardian_key where l.import_id = $1 and d.person_id is null`;

/** What the delivery says of people whom no identifier leads to. $1: source, $2: import, $3: entity, $4: key before, $5: how many. */
export const newPeople = `
  with next as (
    select source_key from difference where person_id is null and entity = $3 and source_key > $4 order by source_key limit $5)
  select source_key, n.last_name, n.first_name, n.birth_date::text as birth_date, n.ine_hash,
    array(select distinct l.uai from delivered_place l where l.import_id = $2 and l.source_key = next.source_key) as uais,
    (select l.level from delivered_place l where l.import_id = $2 and l.source_key = next.source_key and l.profile = 'STUDENT'
     order by l.uai limit 1) as level,
    coalesce((select json_agg(json_build_object('personId', coalesce(o.person_id, k.person_id), 'relation', l.relation))
      from new_link l
      left join difference o on o.source_key = l.other_key
      left join person_key k on k.source = $1 and k.source_key = l.other_key
      where l.source_key = next.source_key and coalesce(o.person_id, k.person_id) is not null), '[]') as relatives,
    array(select concat_ws(' ', coalesce(g.last_name, p.last_name), coalesce(g.first_name, p.first_name)) from new_link l
      -- Each by index: of a delivery of which nothing is known all would be read for each.
      left join lateral (
        select g.last_name, g.first_name from delivered_person g where g.import_id = $2 and g.source_key = l.other_key offset 0) g on true
      left join person_key k on k.source = $1 and k.source_key = l.other_key left join person p on p.person_id = k.person_id
      where l.source_key = next.source_key) as relative_names
  from next join delivered_person n using (source_key) where n.import_id = $2 order by source_key`;

export type NewPersonRow = {
  source_key: string;
  last_name: string;
  first_name: string;
  birth_date: string | null;
  ine_hash: string | null;
  uais: string[];
  level: string | null;
  relatives: { personId: string; relation: string }[];
  relative_names: string[];
};

const kinds = { 1: 'PUPIL', 2: 'GUARDIAN', 3: 'STAFF' } as const;

export function toStatement(
  row: NewPersonRow,
  entity: keyof typeof kinds,
  { sourceCode, kind }: { readonly sourceCode: string; readonly kind: string },
): IdentityStatement {
  return {
    ...{ kind: kinds[entity], lastName: row.last_name, firstName: row.first_name, uais: row.uais },
    ...(row.birth_date ? { birthDate: localDate(row.birth_date) } : {}),
    ...(row.ine_hash ? { ine: row.ine_hash } : {}),
    ...(row.level ? { level: row.level } : {}),
    relatives: row.relatives,
    ...(entity === 1 ? { relativeNames: row.relative_names } : {}),
    ...(academyRegisters.includes(kind) ? { academyKeys: [row.source_key] } : {}),
    sources: [sourceCode],
  };
}

const newOf = (entity: 1 | 2 | 3): string => `
    select d.source_key, d.person_id, n.last_name, n.first_name, n.birth_date::text as born,
      lower(n.last_name) as last, lower(n.first_name) as first
    from difference d join delivered_person n on n.import_id = $1 and n.source_key = d.source_key
    where d.digest_before is null and d.match_reasons is null and d.entity = ${entity}`;
const inSchool = (person: string): string => `
  cross join lateral (select l.uai from delivered_place l where l.import_id = $1 and l.source_key = ${person}.source_key offset 0) as at_${person}`;

/**
 * New staff beside new guardians whose names the source writes alike, in the same school: by name first, since few share
 * one, and then each by key: of a delta nothing is known of the tables that it stands in. $1: the import.
 */
export const newTeachersAndGuardians = `
  with staff as materialized (${newOf(3)}),
  guardian as materialized (
    ${newOf(2)} and n.entity = 2 and (lower(n.last_name), lower(n.first_name)) in (select last, first from staff))
  select distinct on (s.source_key, g.source_key) s.source_key as staff_key, g.person_id as guardian_id, at_g.uai,
    s.last_name as staff_last, s.first_name as staff_first, s.born as staff_born,
    g.last_name as guardian_last, g.first_name as guardian_first, g.born as guardian_born
  from staff s join guardian g on (g.last, g.first) = (s.last, s.first) ${inSchool('s')} ${inSchool('g')}
  where at_s.uai = at_g.uai order by s.source_key, g.source_key, at_g.uai`;

/** Pupils who come together under one name and birth date. $1: the import. */
export const newNamesakes = `
  with pupil as materialized (${newOf(1)}),
  twin as (
    select p.*, plain_name(p.last_name) as name, plain_name(p.first_name) as given, n.ine_hash, (select array_agg(l.uai) from delivered_place l where l.import_id = $1 and l.source_key = p.source_key) as uais
    from pupil p join delivered_person n on n.import_id = $1 and n.source_key = p.source_key
    where p.born is not null and p.born in (select born from pupil group by 1 having count(*) > 1))
  select a.source_key as "sourceKey", b.person_id as "knownId", a.last_name as "lastName", a.first_name as "firstName", a.born as "birthDate",
    a.ine_hash as ine, a.uais, b.ine_hash as "otherIne", b.uais as "otherUais", b.last_name as "otherLastName", b.first_name as "otherFirstName"
  from twin a join twin b on (b.name, b.given, b.born) = (a.name, a.given, a.born) and b.source_key < a.source_key
  order by 1, 2 limit 10000`;

export type NamesakesRow = {
  readonly sourceKey: string;
  readonly knownId: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate: string;
  readonly ine: string | null;
  readonly uais: readonly string[] | null;
  readonly otherLastName: string;
  readonly otherFirstName: string;
  readonly otherIne: string | null;
  readonly otherUais: readonly string[] | null;
};

export function namesakesOf(
  row: NamesakesRow,
  source: string,
): readonly [IdentityStatement, IdentityStatement] {
  const alike = { kind: 'PUPIL', birthDate: localDate(row.birthDate), relatives: [] } as const;
  const sources = [source];
  return [
    {
      ...alike,
      lastName: row.lastName,
      firstName: row.firstName,
      uais: row.uais ?? [],
      sources,
      ...(row.ine ? { ine: row.ine } : {}),
    },
    {
      ...alike,
      lastName: row.otherLastName,
      firstName: row.otherFirstName,
      uais: row.otherUais ?? [],
      sources,
      ...(row.otherIne ? { ine: row.otherIne } : {}),
    },
  ];
}

export type NewTeacherRow = {
  staff_key: string;
  guardian_id: string;
  uai: string;
  staff_last: string;
  staff_first: string;
  staff_born: string | null;
  guardian_last: string;
  guardian_first: string;
  guardian_born: string | null;
};

export function bothOf(
  row: NewTeacherRow,
  source: string,
): readonly [IdentityStatement, IdentityStatement] {
  const together = { uais: [row.uai], relatives: [], sources: [source] };
  const born = (date: string | null) => (date ? { birthDate: localDate(date) } : {});
  return [
    {
      ...{ kind: 'STAFF', lastName: row.staff_last, firstName: row.staff_first },
      ...{ ...together, ...born(row.staff_born) },
    },
    {
      ...{ kind: 'GUARDIAN', lastName: row.guardian_last, firstName: row.guardian_first },
      ...{ ...together, ...born(row.guardian_born) },
    },
  ];
}

/** $1: the places in the list that was sought, $2: their children. */
export const guardiansOfChildren = `
  select distinct k.of, p.person_id from unnest($1::int[], $2::uuid[]) as k(of, child_id)
  join guardian_link l on l.child_id = k.child_id join person p on p.person_id = l.guardian_id`;

/** Who will state these people once the plan is applied. $1: the source that delivers, $2: the people. */
export const sourcesAfter = `
  select person_id, array_agg(distinct source) as sources from (
    select s.person_id, s.source from stated_person s where s.person_id = any($2::uuid[]) and not (s.source = $1 and exists (
      select from difference d where d.source_key = s.source_key and d.digest_after is null))
    union all
    select person_id, $1 from difference where person_id = any($2::uuid[]) and digest_after is not null and match_reasons is null) x
  group by 1`;

const judged = `unnest($1::text[], $2::uuid[], $3::int[], $4::text[]) as j(source_key, known_id, score, reasons)`;

export const recognise = `
  update difference d set person_id = j.known_id, match_score = j.score, match_reasons = string_to_array(j.reasons, ' ')
  from ${judged} where d.source_key = j.source_key`;

export const stillDoubtful = `
  insert into doubt (source_key, known_id, score, reasons)
  select source_key, known_id, score, string_to_array(reasons, ' ') from ${judged}`;

/** Known people for whom two of one kind would be taken. $1: entity. */
export const matchedTwice = `
  select person_id from difference where match_reasons is not null and entity = $1 group by 1 having count(*) > 1`;

/** In order: certain of both is certain of neither. $1: entity, $2: those people. */
export const askAboutBoth: readonly string[] = [
  `insert into doubt (source_key, known_id, score, reasons)
   select source_key, person_id, match_score, match_reasons || 'SEVERAL_CANDIDATES'::text from difference
   where match_reasons is not null and entity = $1 and person_id = any($2::uuid[])`,
  `update difference set person_id = null, match_score = null, match_reasons = null
   where match_reasons is not null and entity = $1 and person_id = any($2::uuid[])`,
];

/** What is asked about a plan that is replaced, and nobody came of. $1: the import. */
export const forgetDoubts = `
  delete from doubtful_pair q using plan p
  where p.import_id = $1 and q.plan_id = p.plan_id and q.answer is null
    and not exists (select from person s where s.person_id = q.newcomer_id)`;

/** $1: the plan. A pair that was asked about, either way round, is asked about once. */
export const keepDoubts = `
  insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on, plan_id)
  select distinct on (d.person_id, q.known_id) d.person_id, q.known_id, q.score, q.reasons, platform.business_date(), $1::uuid
  from doubt q join difference d using (source_key)
  where d.person_id <> q.known_id and not exists (
    select from doubtful_pair o where o.newcomer_id = q.known_id and o.known_id = d.person_id)
  order by d.person_id, q.known_id, q.score desc
  on conflict (newcomer_id, known_id) do nothing`;

/** School by school, how many people of the plan are recognised, and about how many a person is asked. */
export const matchesBySchool = `
  select o.uai, count(distinct o.person_id) filter (where d.match_reasons is not null) as matched,
    count(distinct o.person_id) filter (where q.source_key is not null) as doubtful
  from outcome o join difference d using (person_id) left join doubt q on q.source_key = d.source_key
  where o.is_after and (d.match_reasons is not null or q.source_key is not null) group by 1`;

/** School by school, how many pupils come as somebody new about whom a person is asked. */
export const doublePupilsBySchool = `
  select o.uai, count(distinct o.person_id) as count from doubt q join difference d using (source_key) join outcome o using (person_id)
  where d.entity = 1 and o.is_after group by 1`;
