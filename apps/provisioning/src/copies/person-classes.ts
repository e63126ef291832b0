import { type Enrolment, type PersonChanged, Profile } from '#libs/contracts';

/** The ENT keeps an identifier on users of a class only: who has no class is put into one of these. */
const classWithout: Readonly<Record<string, string>> = {
  STUDENT: 'Sans classe',
  RELATIVE: 'Familles',
  TEACHER: 'Équipe de l’école',
  PERSONNEL: 'Équipe de l’école',
  GUEST: 'Partenaires',
};

/** The class of a profile in a school, ours where its source knows none. A relative has none of its own. */
export function classLabelOf(profile: string, classLabel: string): string {
  const isOwn = profile !== 'RELATIVE' && classLabel !== '';
  return isOwn ? classLabel : (classWithout[profile] ?? '');
}

/** Where the ENT has the staff of a school, and those who teach no class of it. */
export const staffLabel = classLabelOf('TEACHER', '');

export type PersonClass = {
  readonly profile: string;
  readonly uai: string;
  readonly classLabel: string;
  readonly startsOn: string;
  /** Empty: current. */
  readonly endsOn: string;
};

/**
 * Who comes into a school for the commune or the academy has partial access (convention, art. 5): what the ENT gives its
 * guests, in a class of their own and in none of the pupils’, whatever a source says.
 */
const partial: readonly string[] = ['COMMUNE_REPRESENTATIVE', 'INSPECTOR', 'ADVISER'];

/** The class that an enrolment gives; empty: that of its profile. */
export const ownLabelOf = ({ post, classLabel }: Enrolment): string =>
  partial.includes(post?.role ?? '') ? '' : classLabel;

/**
 * The classes in which a person belongs beside the one of its home: of staff those of each school, of a pupil its
 * further classes and its further schools. Guardians follow their children. Groups are no classes.
 */
export function personClassesOf(
  person: Pick<PersonChanged, 'enrolments' | 'furtherSchools' | 'classLinks'>,
): PersonClass[] {
  const staff = person.enrolments.filter(
    ({ profile }) => profile !== Profile.STUDENT && profile !== Profile.RELATIVE,
  );
  const pupil = person.enrolments.filter(({ profile }) => profile === Profile.STUDENT);
  const taught = person.classLinks
    .filter(({ group, label }) => !group && label !== '')
    .flatMap(({ uai, label, period }) => {
      const there = staff.filter(
        (place) => place.uai === uai && !partial.includes(place.post?.role ?? ''),
      );
      const as = there.find(({ profile }) => profile === Profile.TEACHER) ?? there[0];
      return as ? [classOf({ ...as, ...(period ? { period } : {}) }, label)] : [];
    });
  return [
    ...staff.map((place) => classOf(place, ownLabelOf(place))),
    ...taught,
    ...pupil.flatMap((place) => furtherOf(place)),
    ...person.furtherSchools.flatMap((place) => [
      classOf(place, place.classLabel),
      ...furtherOf(place),
    ]),
  ];
}

const furtherOf = (place: Enrolment) =>
  place.furtherClasses
    .filter(({ label }) => label !== '')
    .map(({ label }) => classOf(place, label));

function classOf({ profile, uai, period }: Enrolment, label: string): PersonClass {
  const name = Profile[profile];
  const { startsOn = '', endsOn = '' } = period ?? {};
  return { profile: name, uai, classLabel: classLabelOf(name, label), startsOn, endsOn };
}
