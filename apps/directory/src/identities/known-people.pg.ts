import type { Transaction } from '#libs/persistence';
import { localDate } from '#libs/time';
import type { IdentityStatement } from './domain/identity-statement.js';

type Kind = IdentityStatement['kind'];

/** What the directory knows of a person, for the question who it is: one statement for each kind that it is. */
export type KnownPerson = {
  readonly personId: string;
  readonly statements: readonly IdentityStatement[];
};

/** The kinds of sources whose identifiers are the academy's own, one for a person in all of them. */
export const academyRegisters: readonly string[] = ['AAF_1D', 'LDAP'];

/** Of whoever left, the places that it had; nobody who is another one by now. */
export async function knownPeople(
  tx: Transaction,
  personIds: readonly string[],
): Promise<readonly KnownPerson[]> {
  const { rows } = await tx.query<KnownRow>(knownPeopleSql, [personIds, academyRegisters]);
  return rows.map((row) => ({
    personId: row.person_id,
    statements: kindsOf(row).map((kind) => toStatement(row, kind)),
  }));
}

const knownPeopleSql = `
  select p.person_id, p.last_name, p.first_name, p.birth_date::text as birth_date, p.ine_hash,
    coalesce((select json_agg(distinct jsonb_build_object('profile', e.profile, 'uai', e.uai, 'level', e.level)) from enrolment e
      where e.person_id = p.person_id and (e.ends_on is null or p.left_on is not null)), '[]') as places,
    coalesce((select json_agg(json_build_object('personId', l.guardian_id, 'relation', l.relation,
        'name', concat_ws(' ', g.last_name, g.first_name)))
      from guardian_link l left join person g on g.person_id = l.guardian_id
      where l.child_id = p.person_id), '[]') as guardians,
    coalesce((select json_agg(json_build_object('personId', l.child_id, 'relation', l.relation))
      from guardian_link l where l.guardian_id = p.person_id), '[]') as children,
    array(select k.source_key from person_key k join declared_source d on d.source_code = k.source
      where k.person_id = p.person_id and d.kind = any($2)) as academy_keys,
    array(select distinct s.source from stated_person s where s.person_id = p.person_id) as sources
  from person p where p.person_id = any($1::uuid[])
    and not exists (select from person_merge m where m.absorbed_id = p.person_id and m.undone_on is null)
  order by p.person_id`;

type KnownRow = {
  person_id: string;
  last_name: string;
  first_name: string;
  birth_date: string | null;
  ine_hash: string | null;
  places: { profile: string; uai: string; level: string }[];
  guardians: { personId: string; relation: string; name: string }[];
  academy_keys: string[];
  children: { personId: string; relation: string }[];
  sources: string[];
};

/** By places, and a guardian by a child; somebody of whom neither is left could be any adult. */
function kindsOf({ places, children }: KnownRow): readonly Kind[] {
  const has = (...profiles: string[]) => places.some(({ profile }) => profiles.includes(profile));
  if (has('STUDENT')) return ['PUPIL'];
  const kinds: Kind[] = [];
  if (children.length > 0 || has('RELATIVE')) kinds.push('GUARDIAN');
  if (kinds.length === 0 || places.some(({ profile }) => profile !== 'RELATIVE'))
    kinds.push('STAFF');
  return kinds;
}

function toStatement(row: KnownRow, kind: Kind): IdentityStatement {
  const isPupil = kind === 'PUPIL';
  const level = row.places.find(({ profile }) => profile === 'STUDENT')?.level;
  return {
    ...{ kind, lastName: row.last_name, firstName: row.first_name },
    ...(row.birth_date ? { birthDate: localDate(row.birth_date) } : {}),
    ...(row.ine_hash ? { ine: row.ine_hash } : {}),
    ...(isPupil && level ? { level } : {}),
    uais: [...new Set(row.places.map(({ uai }) => uai))],
    relatives: isPupil ? row.guardians : row.children,
    ...(isPupil ? { relativeNames: row.guardians.map(({ name }) => name) } : {}),
    academyKeys: row.academy_keys,
    sources: row.sources,
  };
}
