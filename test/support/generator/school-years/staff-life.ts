import type { LocalDate } from '#libs/time';
import { newStaff, structureKey, two, type GeneratedStaff } from '../population.js';
import { Random } from '../random.js';
import { dayAt, firstYear, schoolYearOf } from './calendar.js';
import { neighbourOf, type Site } from './sites.js';

/** A head who teaches, 1.15 teachers a class, a helper for every third class. */
export function postsOf(classCount: number): readonly GeneratedStaff['role'][] {
  const teachers = Math.max(1, Math.round(classCount * 1.15));
  const aides = Math.round(classCount / 3);
  return Array.from({ length: teachers + aides }, (_, post) =>
    post === 0 ? 'HEAD' : post < teachers ? 'TEACHER' : 'AIDE',
  );
}

/**
 * Who holds a post on a day: one in eight leaves it at a rentrée. Some teachers share their week
 * with the next school, some from a day in the year on.
 */
export function staffOn(
  seed: string | number,
  sites: readonly Site[],
  site: Site,
  post: number,
  role: GeneratedStaff['role'],
  day: LocalDate,
): GeneratedStaff {
  let holder = 0;
  for (let year = firstYear + 1; year <= schoolYearOf(day); year++) {
    if (new Random(`${seed}:${site.school.uai}:post:${post}:${year}`).chance(0.12)) holder++;
  }
  const person = staffPerson(seed, site, post, holder);
  const random = new Random(`${seed}:${site.school.uai}:shared:${post}:${holder}`);
  const isShared =
    role === 'TEACHER' &&
    sites.length > 1 &&
    random.chance(0.1) &&
    (random.chance(0.5) || day >= dayAt(random.next()));
  const uais = [site, ...(isShared ? [neighbourOf(site, sites, 1)] : [])].map(
    ({ school }) => school.uai,
  );
  return { ...person, role, uais };
}

/** The person alone, as holder of a post (0 is the first). */
export function staffPerson(seed: string | number, site: Site, post: number, holder: number) {
  const random = new Random(`${seed}:${site.school.uai}:holder:${post}:${holder}`);
  const key = `${structureKey(site.school.uai)}5${two(holder)}${two(post)}`;
  return newStaff(random, key, [site.school.uai], 'TEACHER');
}
