import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import {
  MarketSchema,
  PersonChangedSchema,
  Profile as ProfileNumber,
  type PersonChanged,
} from '#libs/contracts';
import type { ReceivedEvent } from '#libs/messaging';
import { localDate } from '#libs/time';

export type AClass = {
  readonly uai: string;
  readonly classLabel?: string;
  readonly startsOn?: string;
  readonly endsOn?: string;
};

export type APerson = {
  readonly personId: string;
  readonly lastName?: string;
  readonly firstName?: string;
  readonly birthDate?: string;
  readonly profile?: 'STUDENT' | 'RELATIVE' | 'TEACHER' | 'PERSONNEL' | 'GUEST';
  /** Of a guest, by what brings it into its schools. */
  readonly post?: string;
  readonly uai: string;
  readonly startsOn?: string;
  readonly endsOn?: string;
  readonly classLabel?: string;
  readonly childIds?: string[];
  readonly sourceKey?: string;
  /** In the AAF export of the academy of Nantes, for its profile. */
  readonly aafKey?: string;
  readonly academicIdentifier?: string;
  /** Of staff: other schools, and classes of any; of a pupil: further classes of the home school, and further schools. */
  readonly alsoIn?: readonly AClass[];
  readonly teaches?: readonly AClass[];
  readonly furtherClasses?: readonly string[];
  readonly furtherSchools?: readonly AClass[];
  readonly revision?: number;
};

/** What the market says of who finds no seat (PRV-2). */
export type OverQuota = {
  readonly overQuota: string;
  readonly toleranceDays?: number;
  readonly tolerancePercent?: number;
};

export function aMarket(terms: OverQuota = { overQuota: 'WAIT' }, code = 'e-primo-2022') {
  return create(MarketSchema, {
    code,
    version: 1,
    items: [{ code: 'ELEVE', label: 'Compte élève', profile: ProfileNumber.STUDENT }],
    accounts: {
      ...terms,
      graceDays: 60,
      waysIn: [{ profile: ProfileNumber.TEACHER, way: 'ACADEMIC_SSO' }],
    },
  });
}

export function aPupil(number: number, person: Partial<APerson> & { uai: string }): APerson {
  return {
    personId: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    lastName: `Nom${number}`,
    firstName: `Prenom${number}`,
    birthDate: '2014-03-02',
    profile: 'STUDENT',
    startsOn: '2022-09-01',
    classLabel: 'CE2 A',
    sourceKey: String(number).padStart(6, '0'),
    ...person,
  };
}

const anEnrolment = ({ profile = 'STUDENT', post = '' }: APerson, place: AClass) => ({
  ...(post === '' ? {} : { post: { role: post } }),
  profile: ProfileNumber[profile],
  uai: place.uai,
  period: { startsOn: place.startsOn ?? '2022-09-01', endsOn: place.endsOn ?? '' },
  classLabel: place.classLabel ?? '',
});

export function personEvent(
  person: APerson,
  on: string,
  importId = '',
): ReceivedEvent<PersonChanged> {
  const body = create(PersonChangedSchema, {
    personId: person.personId,
    lastName: person.lastName ?? 'Nom',
    firstName: person.firstName ?? 'Prénom',
    birthDate: person.birthDate ?? '',
    childIds: person.childIds ?? [],
    revision: person.revision ?? 1,
    importId,
    sourceKey: person.sourceKey ?? person.personId,
    academicIdentifier: person.academicIdentifier ?? '',
    academyKeys: person.aafKey
      ? [{ profile: ProfileNumber[person.profile ?? 'STUDENT'], academy: '17', key: person.aafKey }]
      : [],
    enrolments: [
      {
        ...anEnrolment(person, person),
        furtherClasses: (person.furtherClasses ?? []).map((label) => ({ classId: label, label })),
      },
      ...(person.alsoIn ?? []).map((place) => anEnrolment(person, place)),
    ],
    furtherSchools: (person.furtherSchools ?? []).map((place) => anEnrolment(person, place)),
    classLinks: (person.teaches ?? []).map(({ uai, classLabel = '', startsOn, endsOn = '' }) => ({
      ...{ uai, classId: classLabel, label: classLabel },
      period: { startsOn: startsOn ?? '2022-09-01', endsOn },
    })),
  });
  return {
    id: randomUUID(),
    type: PersonChangedSchema.typeName,
    key: person.personId,
    businessDate: localDate(on),
    body,
    topic: 'directory.person.v1',
    partition: 0,
    offset: 0n,
  };
}
