import { Injectable } from '@nestjs/common';
import { event, type NewEvent, PersonChangedSchema, Profile } from '#libs/contracts';
import { together, type Transaction } from '#libs/persistence';
import type { ClassLink, PersonDetail, PersonPlace } from './domain/mask.js';

export type PersonRow = {
  person_id: string;
  source_key: string;
  last_name: string;
  first_name: string;
  birth_date: string | null;
  academic_identifier: string | null;
  revision: bigint;
  places: PersonPlace[] | null;
  guardian_ids: string[];
  child_ids: string[];
};

/** Full states, in one statement for many people. */
export const personStates = `
  select p.person_id, p.source_key, p.last_name, p.first_name, p.birth_date::text as birth_date, p.academic_identifier, p.revision,
    (select json_agg(json_build_object('profile', e.profile, 'uai', e.uai, 'startsOn', e.starts_on,
        'endsOn', coalesce(e.ends_on::text, ''), 'classId', e.class_id, 'classLabel', e.class_label,
        'level', e.level, 'isHead', e.is_head, 'post', e.post, 'classes', e.classes, 'groups', e.groups) order by e.starts_on, e.uai, e.profile)
      from enrolment e where e.person_id = p.person_id) as places,
    array(select l.guardian_id::text from guardian_link l where l.child_id = p.person_id order by 1) as guardian_ids,
    array(select l.child_id::text from guardian_link l where l.guardian_id = p.person_id order by 1) as child_ids
  from person p`;

/** All that is told of a person. */
export type PersonState = {
  readonly row: PersonRow;
  readonly links: readonly ClassLink[];
  readonly keys: readonly KeyRow[];
};

/** What must be told after people have changed. */
@Injectable()
export class PersonFacts {
  /** One PersonChanged with the full present state for each of these people; unknown ids are left out. */
  async of(tx: Transaction, personIds: readonly string[], importId: string): Promise<NewEvent[]> {
    return this.told(await this.states(tx, personIds), importId);
  }

  /** As they are now; unknown ids are left out. */
  async states(tx: Transaction, personIds: readonly string[]): Promise<PersonState[]> {
    const [people, others] = await together(
      tx.rows<PersonIdentity>(peopleSql, [personIds]),
      placesAndLinksOf(tx, personIds),
    );
    const rows = stateRows(personIds, people, others);
    const [links, keys] = await together(classLinksOf(tx, rows), academyKeysOf(tx, personIds));
    return rows.map((row) => ({
      ...{ row, links: links.get(row.person_id) ?? [] },
      keys: keys.get(row.person_id) ?? [],
    }));
  }

  /**
   * Of people who come, told what the statement that writes them gives back: what it wrote is not looked up again.
   * `academy`: the code of the source that states them, and nobody else does; none where it has none.
   */
  async newcomers(
    tx: Transaction,
    personIds: readonly string[],
    { written, academy, haveOneKey, linkClasses }: Newcomers,
  ): Promise<PersonState[]> {
    const [people, others] = await together(written, placesAndLinksOf(tx, personIds));
    const rows = stateRows(personIds, people, others);
    if (rows.some(isAdult)) await linkClasses();
    const links = await classLinksOf(tx, rows);
    const keys = haveOneKey ? undefined : await academyKeysOf(tx, personIds);
    return rows.map((row) => ({
      ...{ row, links: links.get(row.person_id) ?? [] },
      keys: keys ? (keys.get(row.person_id) ?? []) : onlyKeyOf(row, academy),
    }));
  }

  /** Of states that may have been read a while before: encoding them needs no database. */
  told(states: readonly PersonState[], importId: string): NewEvent[] {
    return states.map((state) => toPersonChanged(state.row, state, importId));
  }
}

type Newcomers = {
  readonly written: Promise<readonly PersonIdentity[]>;
  readonly academy: string;
  /** Each of them, with the source. */
  readonly haveOneKey: boolean;
  /** Done where adults are among them, before their classes are read. */
  readonly linkClasses: () => Promise<void>;
};

export type PersonIdentity = Omit<PersonRow, 'places' | 'guardian_ids' | 'child_ids'>;
type Place = PersonPlace & { readonly of: string };
type Link = { readonly child: string; readonly guardian: string };
type PlacesAndLinks = readonly [readonly Place[], readonly Link[]];

/** Table by table, each found by its index, which costs half of one statement for all. */
const placesAndLinksOf = (tx: Transaction, personIds: readonly string[]): Promise<PlacesAndLinks> =>
  together(tx.rows<Place>(places, [personIds]), tx.rows<Link>(links, [personIds]));

/** In the order of the ids; unknown ones are left out. */
function stateRows(
  personIds: readonly string[],
  people: readonly PersonIdentity[],
  [places, links]: PlacesAndLinks,
): (PersonRow & { places: PersonPlace[] })[] {
  const stateOf = new Map<string, PersonRow & { places: PersonPlace[] }>();
  for (const row of people)
    stateOf.set(row.person_id, { ...row, places: [], guardian_ids: [], child_ids: [] });
  for (const place of places) stateOf.get(place.of)?.places.push(place);
  for (const { child, guardian } of links) {
    stateOf.get(child)?.guardian_ids.push(guardian);
    stateOf.get(guardian)?.child_ids.push(child);
  }
  return personIds.flatMap((id) => stateOf.get(id) ?? []);
}

const peopleSql = `
  select person_id, source_key, last_name, first_name, birth_date, academic_identifier, revision
  from person where person_id = any($1::uuid[])`;

/** Asked of each batch of an import. */
const places = {
  name: 'places of people',
  text: `
  select person_id as of, profile, uai, starts_on as "startsOn", coalesce(ends_on::text, '') as "endsOn", class_id as "classId",
    class_label as "classLabel", level, is_head as "isHead", post, classes, groups
  from enrolment where person_id = any($1::uuid[]) order by starts_on, uai, profile`,
};

/** From both ends; in the order of the other one. */
const links = {
  name: 'links of people',
  text: `
  select child_id as child, guardian_id as guardian from guardian_link where child_id = any($1::uuid[])
  union
  select child_id, guardian_id from guardian_link where guardian_id = any($1::uuid[])
  order by child, guardian`,
};

/** The key by which a source of an academy knows a person of a profile. */
type KeyRow = {
  readonly profile: string;
  readonly academy: string;
  readonly key: string;
};

/** Of each profile the key of the source that is first, as long as an AAF export states it (AUT-1). */
async function academyKeysOf(
  tx: Transaction,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, readonly KeyRow[]>> {
  const rows = await tx.rows<KeyRow & { readonly of: string }>(
    `select distinct on (s.person_id, l.profile) s.person_id as of, l.profile, c.academy_code as academy, s.source_key as key
     from stated_person s
     join declared_source c on c.source_code = s.source and c.kind = 'AAF_1D' and c.academy_code <> ''
     join stated_place l on l.source = s.source and l.source_key = s.source_key and l.profile <> 'FURTHER_STUDENT'
     where s.person_id = any($1::uuid[])
     order by s.person_id, l.profile, c.priority, s.source, s.source_key`,
    [personIds],
  );
  return Map.groupBy(rows, ({ of }) => of);
}

/** Of whom one source states under one key: that key, of each profile. */
function onlyKeyOf(row: PersonRow, academy: string): KeyRow[] {
  if (academy === '') return [];
  const profiles = new Set(row.places?.map(({ profile }) => profile));
  profiles.delete('FURTHER_STUDENT');
  return [...profiles].sort().map((profile) => ({ profile, academy, key: row.source_key }));
}

const adults = ['TEACHER', 'PERSONNEL', 'GUEST'];

const isAdult = ({ places }: PersonRow): boolean =>
  places?.some(({ profile }) => adults.includes(profile)) ?? false;

/** Of each adult among these people; days that several sources say are one period. */
export async function classLinksOf(
  database: Pick<Transaction, 'query'>,
  people: readonly PersonRow[],
): Promise<ReadonlyMap<string, readonly ClassLink[]>> {
  const adults = people.filter(isAdult);
  if (adults.length === 0) return new Map();
  const { rows } = await database.query<ClassLink & { personId: string }>(
    `select person_id as "personId", uai, class_id as "classId", label, is_group as "isGroup",
       lower(days)::text as "startsOn", coalesce(upper(days)::text, '') as "endsOn"
     from (select k.person_id, l.uai, l.is_group, l.class_id, max(l.class_label) as label,
             unnest(range_agg(daterange(l.starts_on, l.ends_on))) as days
           from person_key k join class_link l on l.source = k.source and l.source_key = k.source_key
           where k.person_id = any($1::uuid[]) group by 1, 2, 3, 4) g
     order by person_id, days, uai, is_group, class_id`,
    [adults.map(({ person_id }) => person_id)],
  );
  return Map.groupBy(rows, ({ personId }) => personId);
}

function toPersonChanged(
  row: PersonRow,
  { links, keys }: Omit<PersonState, 'row'>,
  importId: string,
): NewEvent {
  const { enrolments, furtherSchools } = partedPlaces(row);
  return event(PersonChangedSchema, row.person_id, {
    personId: row.person_id,
    lastName: row.last_name,
    firstName: row.first_name,
    birthDate: row.birth_date ?? '',
    enrolments: enrolments.map(toEnrolment),
    furtherSchools: furtherSchools.map(toEnrolment),
    classLinks: links.map(toClassLink),
    childIds: row.child_ids,
    guardianIds: row.guardian_ids,
    revision: Number(row.revision),
    importId,
    sourceKey: row.source_key,
    academicIdentifier: row.academic_identifier ?? '',
    academyKeys: keys.map(({ profile, academy, key }) => ({
      ...{ profile: Profile[profile as keyof typeof Profile], academy, key },
    })),
  });
}

/** A further school of a pupil is no enrolment: nothing is counted by it (DIR-4, PRV-1). */
function partedPlaces({ places }: PersonRow) {
  const isFurther = ({ profile }: PersonPlace) => profile === 'FURTHER_STUDENT';
  return {
    enrolments: (places ?? []).filter((place) => !isFurther(place)),
    furtherSchools: (places ?? [])
      .filter(isFurther)
      .map((place) => ({ ...place, profile: 'STUDENT' })),
  };
}

export const toClassLink = ({ startsOn, endsOn, isGroup, uai, classId, label }: ClassLink) => ({
  ...{ uai, classId, label, group: isGroup },
  period: { startsOn, endsOn },
});

export function toEnrolment(place: PersonPlace) {
  return {
    profile: Profile[place.profile as keyof typeof Profile],
    uai: place.uai,
    period: { startsOn: place.startsOn, endsOn: place.endsOn },
    classId: place.classId,
    classLabel: place.classLabel,
    level: place.level,
    head: place.isHead,
    ...(place.post ? { post: place.post } : {}),
    furtherClasses: (place.classes ?? []).map(({ id, label }) => ({ classId: id, label })),
    groups: (place.groups ?? []).map(({ id, label }) => ({ groupId: id, label })),
  };
}

export function toDetail(row: PersonRow, classLinks: readonly ClassLink[]): PersonDetail {
  return {
    personId: row.person_id,
    lastName: row.last_name,
    firstName: row.first_name,
    birthDate: row.birth_date ?? '',
    academicIdentifier: row.academic_identifier ?? '',
    ...partedPlaces(row),
    classLinks,
    childIds: row.child_ids,
    guardianIds: row.guardian_ids,
  };
}
