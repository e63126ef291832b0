import { type PersonChanged, Profile } from '#libs/contracts';

/** Prefix of the ENT's identifiers by the academy's code. */
export type AcademyPrefixes = ReadonlyMap<string, string>;

/** Out of `17=NANTES,14=RENNES`. */
export function academyPrefixes(text: string): AcademyPrefixes {
  return new Map(
    text
      .split(',')
      .filter((pair) => pair !== '')
      .map((pair) => pair.split('=') as [string, string]),
  );
}

/**
 * What ÉduConnect and the academies' single sign-on look a person up by in Open ENT-NG, by profile: `<PREFIX>-<AAF key>`
 * (reference, addendum). One made with a wrong prefix could never be changed there, so an unknown academy gives none.
 */
export function externalIdsOf(
  { academyKeys }: Pick<PersonChanged, 'academyKeys'>,
  prefixes: AcademyPrefixes,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    academyKeys.flatMap(({ profile, academy, key }) => {
      const prefix = prefixes.get(academy);
      const isUsable = prefix !== undefined && key !== '' && key.length <= keyMax;
      return isUsable ? [[Profile[profile], `${prefix}-${key}`]] : [];
    }),
  );
}

/** The ENT takes 1,000 characters; a genuine key has less than 20. */
const keyMax = 100;

const staff: readonly Profile[] = [Profile.TEACHER, Profile.PERSONNEL];
/** As Open ENT-NG checks it (reference, appendix A). */
const mailForm = /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}$/;

/** The mail by which a single sign-on finds a member of staff, where that is what the academy states; '': none. */
export function academicMailOf({
  academicIdentifier,
  enrolments,
}: Pick<PersonChanged, 'academicIdentifier' | 'enrolments'>): string {
  const isStaff = enrolments.some(({ profile }) => staff.includes(profile));
  return isStaff && mailForm.test(academicIdentifier) ? academicIdentifier : '';
}
