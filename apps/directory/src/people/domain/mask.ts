/** A person as the directory knows it, with its dated places. */
export type PersonDetail = {
  readonly personId: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate: string;
  /** Of the academy's single sign-on (AUT-1), or empty. */
  readonly academicIdentifier: string;
  readonly enrolments: readonly PersonPlace[];
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
 * places in it and, of a guardian's children, those who have one too (`childrenThere`). Nobody else, support neither: the directory knows no markets, which rights are
 * limited to, so support looks through the console, which does and which keeps a journal of looks.
 */
export function mask(
  person: PersonDetail,
  viewer: Viewer,
  childrenThere: readonly string[],
): MaskedPerson | undefined {
  const is = (...roles: string[]) => roles.some((role) => viewer.roles.includes(role));
  if (is('service', 'player')) return { ...person, masked: [] };
  if (!is('school')) return undefined;
  const enrolments = person.enrolments.filter(
    ({ uai, endsOn }) => endsOn === '' && viewer.uais.includes(uai),
  );
  if (enrolments.length === 0) return undefined;
  const childIds = person.childIds.filter((id) => childrenThere.includes(id));
  const masked = [
    ...(enrolments.length < person.enrolments.length ? ['enrolments'] : []),
    ...(childIds.length < person.childIds.length ? ['childIds'] : []),
    ...(person.academicIdentifier === '' ? [] : ['academicIdentifier']),
  ];
  return { ...person, academicIdentifier: '', enrolments, childIds, masked };
}
