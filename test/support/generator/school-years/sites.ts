import { uaiCheckLetter } from '#libs/identifiers';
import { realPublicSchools, type RealSchool } from '../../data/schools.js';
import {
  classPlan,
  schoolLevels,
  structureKey,
  type Level,
  type SchoolClass,
} from '../population.js';
import { Random } from '../random.js';

/** A school of the population, with its place in it: neighbours exchange pupils and share teachers. */
export type Site = {
  readonly index: number;
  readonly school: RealSchool;
  /** Pupils aimed at; those who are there on a day are about as many. */
  readonly headcount: number;
};

/** People of all profiles for each pupil: guardians 1.95 / 1.34, and the staff. */
export const peoplePerPupil = 2.53;

/** Fewer schools, or fewer pupils in each, than `size` asks for: all schools on a machine that cannot hold all people. */
export type SiteBounds = {
  readonly schoolsMax?: number;
  /** Of each school, or of the one with that UAI. */
  readonly headcountMax?: number | ((uai: string) => number);
};

/**
 * Schools for about `size` people: real public ones in an order of the seed, with their stated
 * headcount or one drawn for the size of their commune; beyond the real ones the same again under
 * UAIs of ranges that are not in use (the letter is right). A greater size adds schools and
 * changes none but the last.
 */
export function sitesFor(
  seed: string | number,
  size: number,
  { schoolsMax = Infinity, headcountMax = Infinity }: SiteBounds = {},
): readonly Site[] {
  const random = new Random(`${seed}:sites`);
  const schools = random.shuffle([...realPublicSchools()]);
  const sites: Site[] = [];
  let missing = Math.ceil(size / peoplePerPupil);
  while (missing > 0 && sites.length < schoolsMax) {
    const index = sites.length;
    const real = schools[index % schools.length]!;
    const school = index < schools.length ? real : copyOf(real, index - schools.length);
    const stated = school.headcount ?? drawnHeadcount(school, seed);
    const bound = typeof headcountMax === 'number' ? headcountMax : headcountMax(school.uai);
    const headcount = Math.min(missing, stated, bound);
    sites.push({ index, school, headcount });
    missing -= headcount;
  }
  return sites;
}

/** By population of the commune: quartiles of the public schools whose headcount is known. */
const quartiles: readonly (readonly [inhabitantsBelow: number, number, number, number])[] = [
  [500, 19, 31, 40],
  [1000, 49, 60, 78],
  [2000, 81, 107, 124],
  [5000, 105, 134, 173],
  [10_000, 104, 146, 213],
  [50_000, 113, 143, 169],
  [Infinity, 138, 174, 228],
];

function drawnHeadcount({ uai, communePopulation }: RealSchool, seed: string | number): number {
  const [, low, median, high] = quartiles.find(([below]) => communePopulation < below)!;
  const draw = new Random(`${seed}:${uai}:headcount`).next();
  // Straight between the quartiles, and as steep beyond them, is near enough to life.
  const drawn =
    draw < 0.5
      ? median + (draw - 0.5) * 4 * (median - low)
      : median + (draw - 0.5) * 4 * (high - median);
  return Math.max(9, Math.min(352, Math.round(drawn)));
}

const unusedFrom = ['0440', '0490', '0530', '0720', '0850'].map(
  (range) => Number(range) * 1000 + 9000,
);
const unusedLength = 1000;

function copyOf(real: RealSchool, rank: number): RealSchool {
  const from = unusedFrom[Math.floor(rank / unusedLength)];
  if (from === undefined) throw new RangeError('More people than the generator has schools for');
  const digits = String(from + (rank % unusedLength)).padStart(7, '0');
  const uai = digits + uaiCheckLetter(digits);
  return { ...real, uai, mail: `ce.${uai}@example.org` };
}

/** How far away, in the order of the schools, siblings and movers are found; the last is another commune, thus mostly another member. */
export const neighbours = [1, -1, 37] as const;

export function neighbourOf(site: Site, sites: readonly Site[], offset: number): Site {
  return sites[(((site.index + offset) % sites.length) + sites.length) % sites.length]!;
}

/** The sites whose families may have a child in one of these. */
export function sitesAround(site: Site, sites: readonly Site[]): readonly Site[] {
  return [...new Set([0, ...neighbours].map((offset) => neighbourOf(site, sites, -offset)))].sort(
    (a, b) => a.index - b.index,
  );
}

export const firstLevelOf = ({ school }: Site): number => (school.kind === 'elementaire' ? 3 : 0);
export const teaches = (site: Site, level: number): boolean =>
  level >= firstLevelOf(site) && level < schoolLevels.length;

/** The classes of a school year; ids and labels are new each year, so a rentrée renames all. */
export class Classes {
  private readonly plans = new Map<number, Map<Level, SchoolClass[]>>();

  countOf(site: Site): number {
    return Math.max(1, Math.round(site.headcount / 21));
  }

  /** The class of that level where somebody of this rank sits. */
  of(site: Site, level: Level, year: number, rank: number): SchoolClass {
    const classes = this.planOf(site).get(level) ?? this.planOf(site).values().next().value!;
    const { id, label, level: first } = classes[rank % classes.length]!;
    const base = structureKey(site.school.uai);
    return {
      id: `${base}${String(year % 100).padStart(2, '0')}${id.slice(base.length)}`,
      label: `${label}${String(year % 100)}`,
      level: first,
    };
  }

  private planOf(site: Site): Map<Level, SchoolClass[]> {
    const known = this.plans.get(site.index);
    if (known) return known;
    const { slots, classOf } = classPlan(site.school, site.headcount);
    const plan = new Map<Level, SchoolClass[]>();
    slots.forEach((level, rank) => {
      const classes = plan.get(level) ?? [];
      const there = classOf(rank);
      if (!classes.includes(there)) plan.set(level, [...classes, there]);
    });
    this.plans.set(site.index, plan);
    return plan;
  }
}
