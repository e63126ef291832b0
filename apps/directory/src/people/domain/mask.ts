/** A person as the directory knows it, with its dated places. */
export type PersonDetail = {
  readonly personId: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate: string;
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
};

export type Viewer = { readonly roles: readonly string[]; readonly uais: readonly string[] };

export type MaskedPerson = PersonDetail & { readonly masked: readonly string[] };

/**
 * What a caller sees of a person (SUP-1, SUP-3), or undefined where the person does not exist for it.
 * The widest of the caller's roles counts. Level 1: name, current places, class. Level 2, the
 * data-protection officer and our own services: everything. Level 3: no family data. A school: the
 * people it has or had, with its own places only. Members, supplier, coordinator and admin: never a person.
 */
export function mask(person: PersonDetail, viewer: Viewer): MaskedPerson | undefined {
  const is = (...roles: string[]) => roles.some((role) => viewer.roles.includes(role));
  if (is('support-2', 'dpo', 'service')) return { ...person, masked: [] };
  if (is('school')) {
    const enrolments = person.enrolments.filter(({ uai }) => viewer.uais.includes(uai));
    if (enrolments.length > 0) {
      const hidden = enrolments.length < person.enrolments.length;
      return { ...person, enrolments, masked: hidden ? ['enrolments'] : [] };
    }
  }
  const withoutFamily = { ...person, birthDate: '', childIds: [], guardianIds: [] };
  const family = ['birth_date', 'child_ids', 'guardian_ids'];
  if (is('support-3')) return { ...withoutFamily, masked: family };
  if (is('support-1')) {
    const enrolments = person.enrolments.filter(({ endsOn }) => endsOn === '');
    const hidden = enrolments.length < person.enrolments.length;
    return { ...withoutFamily, enrolments, masked: hidden ? [...family, 'enrolments'] : family };
  }
  return undefined;
}
