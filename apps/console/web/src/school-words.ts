import type { SchoolPage } from './api-types.js';

type Classes = SchoolPage['classes'];

const order = ['STUDENT', 'TEACHER', 'PERSONNEL', 'GUEST', 'RELATIVE'];

/** The profiles that are there, pupils first and families last. */
export function profilesOf(classes: Classes): { profile: string; people: number }[] {
  const rank = (profile: string) =>
    order.includes(profile) ? order.indexOf(profile) : order.length;
  return [...new Set(classes.map(({ profile }) => profile))]
    .sort((a, b) => rank(a) - rank(b))
    .map((profile) => ({
      profile,
      people: classes
        .filter((one) => one.profile === profile)
        .reduce((sum, { people }) => sum + people, 0),
    }));
}

/** In the order in which a school names them: CE2 before CM10, whatever the case. */
export function classesOf(classes: Classes, profile: string): Classes {
  return classes
    .filter((one) => one.profile === profile && one.classLabel !== '')
    .sort((a, b) => a.classLabel.localeCompare(b.classLabel, 'fr', { numeric: true }));
}
