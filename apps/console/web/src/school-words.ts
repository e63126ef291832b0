import type { SchoolPage } from './api-types.js';

type Classes = SchoolPage['classes'];

const order = ['STUDENT', 'TEACHER', 'PERSONNEL', 'GUEST', 'RELATIVE'];

/** The profiles that are there, pupils first and families last: whoever has several classes once. */
export function profilesOf(classes: Classes): { profile: string; people: number }[] {
  const rank = (profile: string) =>
    order.includes(profile) ? order.indexOf(profile) : order.length;
  return classes
    .filter(({ classLabel }) => classLabel === '')
    .sort((a, b) => rank(a.profile) - rank(b.profile))
    .map(({ profile, people }) => ({ profile, people }));
}

/** In the order in which a school names them: CE2 before CM10, whatever the case. */
export function classesOf(classes: Classes, profile: string): Classes {
  return classes
    .filter((one) => one.profile === profile && one.classLabel !== '')
    .sort((a, b) => a.classLabel.localeCompare(b.classLabel, 'fr', { numeric: true }));
}
