/** A person as the directory knows it, with its dated places. */
export type PersonDetail = {
  readonly personId: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate: string;
  /** Of the academy's single sign-on (AUT-1), or empty. */
  readonly academicIdentifier: string;
  readonly enrolments: readonly PersonPlace[];
  /** Of a pupil; they give no account (DIR-4). */
  readonly furtherSchools: readonly PersonPlace[];
  /** Of an adult. */
  readonly classLinks: readonly ClassLink[];
  readonly childIds: readonly string[];
  readonly guardianIds: readonly string[];
};

export type PersonPlace = {
  readonly profile: string;
  readonly uai: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly classId: string;
  readonly classLabel: string;
  readonly level: string;
  readonly isHead: boolean;
  /** What brings an adult who is neither teacher nor the school's own personnel; null for all others. */
  readonly post?: Post | null;
  /** Of a pupil: those beside `classId`, and groups; null: none. */
  readonly classes?: readonly Division[] | null;
  readonly groups?: readonly Division[] | null;
};

/** A class or group of a school; where a source knows no ids, the id is the label. */
export type Division = { readonly id: string; readonly label: string };

/** A class or group that an adult has, `[startsOn, endsOn)`; `endsOn` empty while current. */
export type ClassLink = {
  readonly uai: string;
  readonly classId: string;
  readonly label: string;
  readonly isGroup: boolean;
  readonly startsOn: string;
  readonly endsOn: string;
};

/** Of the words that its role has; the others are absent. */
export type Post = {
  readonly role: string;
  readonly organisation?: string;
  readonly insee?: string;
  readonly commune?: string;
  readonly circonscription?: string;
};

export type Viewer = { readonly roles: readonly string[]; readonly uais: readonly string[] };

export type MaskedPerson = PersonDetail & { readonly masked: readonly string[] };

/**
 * What a caller sees of a person (SUP-1, SUP-3), or undefined where the person does not exist for it.
 * Our own processes: everything. A school, which nobody logs in for with an academic identifier: the people who have a place in it now, with their present
 * places in it and, of a guardian's children, those who have one too (`childrenThere`). Support level 2: that there is such a person, and who states what of it; the rest
 * it looks at through the console, which knows the markets that rights are limited to and keeps a journal of looks. Nobody else.
 */
export function mask(
  person: PersonDetail,
  viewer: Viewer,
  childrenThere: readonly string[],
): MaskedPerson | undefined {
  const is = (...roles: string[]) => roles.some((role) => viewer.roles.includes(role));
  if (is('service', 'player')) return { ...person, masked: [] };
  if (is('support-2')) return nothingOf(person);
  if (!is('school')) return undefined;
  const isHere = ({ uai, endsOn }: { readonly uai: string; readonly endsOn: string }) =>
    endsOn === '' && viewer.uais.includes(uai);
  const enrolments = person.enrolments.filter(isHere);
  const furtherSchools = person.furtherSchools.filter(isHere);
  const classLinks = person.classLinks.filter(isHere);
  if (enrolments.length + furtherSchools.length === 0) return undefined;
  const childIds = person.childIds.filter((id) => childrenThere.includes(id));
  const masked = [
    ...(enrolments.length < person.enrolments.length ? ['enrolments'] : []),
    ...(furtherSchools.length < person.furtherSchools.length ? ['furtherSchools'] : []),
    ...(classLinks.length < person.classLinks.length ? ['classLinks'] : []),
    ...(childIds.length < person.childIds.length ? ['childIds'] : []),
    ...(person.academicIdentifier === '' ? [] : ['academicIdentifier']),
  ];
  return {
    ...person,
    academicIdentifier: '',
    enrolments,
    furtherSchools,
    classLinks,
    childIds,
    masked,
  };
}

/** Which sources state what: their titles may name a school that a head does not see. */
export const isToldSources = ({ roles }: Viewer): boolean =>
  ['service', 'player', 'support-2'].some((role) => roles.includes(role));

const nothingOf = ({ personId }: PersonDetail): MaskedPerson => ({
  ...{ personId, lastName: '', firstName: '', birthDate: '', academicIdentifier: '' },
  ...{ enrolments: [], furtherSchools: [], classLinks: [], childIds: [], guardianIds: [] },
  masked: [
    ...['lastName', 'firstName', 'birthDate', 'academicIdentifier', 'enrolments'],
    ...['furtherSchools', 'classLinks', 'childIds', 'guardianIds'],
  ],
});
