import { describe, expect, jest, test } from '@jest/globals';
import { lastDay } from './calendar.js';
import { type ChildLife, type FamilyLife, homonym, homonymNames } from './family-life.js';
import { PopulationDays } from './population-days.js';
import { staffPerson } from './staff-life.js';

jest.setTimeout(120_000);

/** What tries an import, counted one by one: each occurs in the share that the README promises. */
const population = new PopulationDays({ seed: 11, size: 60_000 });
const families = population.sites.flatMap((site) => [...population.familiesOf(site)]);
const children = families.flatMap((family) => family.children);

/** The bounds of what chance alone makes of `of` draws, of which each has this share: one run in two million is outside. */
function isShare(found: number, of: number, share: number): void {
  const spread = 5 * Math.sqrt(of * share * (1 - share));
  expect(found).toBeGreaterThan(of * share - spread);
  expect(found).toBeLessThan(of * share + spread);
  // What is too few to be told from nothing tells nothing.
  expect(of * share).toBeGreaterThan(spread);
}

type Named = Pick<ChildLife, 'lastName' | 'firstName' | 'birthDate'>;

const count = <One>(all: readonly One[], is: (one: One) => unknown): number =>
  all.filter((one) => is(one)).length;

describe('families', () => {
  const couples = families.filter(({ guardians }) => guardians.length > 1);
  const moves = ({ children }: FamilyLife) => children[0]!.move;

  test('28 in 100 move within four years, a third of them to a school of another commune', () => {
    const moving = families.filter((family) => moves(family));
    isShare(moving.length, families.length, 0.28);
    const index = ({ site }: FamilyLife, to: { index: number }) =>
      (to.index - site.index + population.sites.length) % population.sites.length;
    isShare(
      count(moving, (family) => index(family, moves(family)!.to) === 37),
      moving.length,
      1 / 3,
    );
    // All of a family go, on one day.
    for (const { children } of moving)
      expect(new Set(children.map(({ move }) => move?.on)).size).toBe(1);
  });

  test('28 couples in 100 live at two addresses from the first, 5 in 100 part within four years', () => {
    const staying = couples.filter((family) => !moves(family));
    // Two houses drawn alike are one in 180.
    const apart = ({ guardians }: FamilyLife) =>
      guardians[0]!.streets[0] !== guardians[1]!.streets[0];
    isShare(count(couples, apart), couples.length, 0.28 * (1 - 1 / 90));
    isShare(
      count(staying, ({ guardians }) => guardians[1]!.removesOn),
      staying.length,
      0.05,
    );
    expect(count(staying, ({ guardians }) => guardians[0]!.removesOn)).toBe(0);
  });

  test('one further guardian in 100 loses authority; the first never does', () => {
    const further = families.flatMap(({ guardians }) => guardians.slice(1));
    isShare(
      count(further, ({ losesAuthorityOn }) => losesAuthorityOn),
      further.length,
      0.01,
    );
    expect(count(families, ({ guardians }) => guardians[0]?.losesAuthorityOn)).toBe(0);
  });

  test('one family in 100 is a teacher’s, who is one person under two keys', () => {
    const isTeachers = ({ site, guardians }: FamilyLife) => {
      const { lastName, firstName } = staffPerson(population.options.seed, site, 1, 0);
      const [first] = guardians;
      return first?.lastName === lastName && first.firstName === firstName;
    };
    const withGuardian = families.filter(({ guardians }) => guardians.length > 0);
    isShare(count(withGuardian, isTeachers), withGuardian.length, 0.01);
  });
});

describe('children', () => {
  test.each([
    ['3 in 100 arrive in the year', 0.03, 'arrivesOn'],
    ['6 in 100 leave', 0.06, 'leavesOn'],
  ] as const)('%s', (_what, share, field) => {
    isShare(
      count(children, (child) => child[field]),
      children.length,
      share,
    );
  });

  test('5 in 100 are written otherwise until a correction; a name that no drift changes is none', () => {
    const corrected = children.filter(({ correction }) => correction);
    isShare(corrected.length, children.length, 0.05);
    const same = count(
      corrected,
      ({ lastName, firstName, correction }) =>
        correction!.lastName === lastName && correction!.firstName === firstName,
    );
    expect(same).toBe(0);
  });

  test('6 in 100 further children who are no twin are in the next school, 6 in 100 families of several have twins', () => {
    const several = families.filter(({ children }) => children.length > 1);
    // By the level: of two of one day, another name of theirs may have another birth date.
    const hasTwins = ({ children: [one, other] }: FamilyLife) =>
      one!.firstYearLevel === other!.firstYearLevel;
    isShare(count(several, hasTwins), several.length, 0.06);
    const further = several.flatMap((family) =>
      family.children.slice(hasTwins(family) ? 2 : 1).map((child) => ({ family, child })),
    );
    isShare(
      count(further, ({ family, child }) => child.home !== family.site),
      further.length,
      0.06,
    );
  });

  test('one in 1,000 has a full name that others have too, most of them one who was born on the same day', () => {
    const names = Array.from({ length: homonymNames(population.sites.length) }, (_, at) => at + 1);
    const identity = ({ lastName, firstName, birthDate }: Named) =>
      `${lastName} ${firstName} ${birthDate}`;
    const shared = children.filter((child) =>
      names.some(
        (name) => identity(homonym(population.options.seed, name, child)) === identity(child),
      ),
    );
    isShare(shared.length, children.length, 0.001);
    const everybody = Map.groupBy(children, identity);
    const meeting = shared.filter((child) => everybody.get(identity(child))!.length > 1);
    expect(meeting.length).toBeGreaterThan(shared.length / 2);
    expect(new Set(meeting.map(({ ine }) => ine)).size).toBe(meeting.length);
  });

  test('names have accents, apostrophes, particles, double names, and letters outside ISO-8859-15', () => {
    const names = children.flatMap(({ lastName, firstName }) => [lastName, firstName]);
    for (const kind of [/[éèàçêï]/i, /'/, /^(Le|De La|Du|Ben) /, /\w-\w/, /[ŁÆ]/])
      expect(names.some((name) => kind.test(name))).toBe(true);
  });
});

describe('posts', () => {
  const posts = population.sites.flatMap((site) => population.postsOf(site));

  test('one in eight changes hands at a rentrée', () => {
    const on = (day: string) => posts.map((holderOn) => holderOn(day as typeof lastDay).key);
    const [before, after] = [on('2026-08-31'), new Set(on('2026-09-01'))];
    isShare(
      count(before, (key) => !after.has(key)),
      posts.length,
      0.12,
    );
  });

  test('one teacher in ten is in two schools by the end', () => {
    const teachers = posts
      .map((holderOn) => holderOn(lastDay))
      .filter(({ role }) => role === 'TEACHER');
    isShare(
      count(teachers, ({ uais }) => uais.length === 2),
      teachers.length,
      0.1,
    );
  });
});
