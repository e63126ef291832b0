import type { LocalDate } from '#libs/time';
import { firstNamesBySex, lastNames, streets } from '../names.js';
import {
  ineOf,
  schoolLevels,
  newFamily,
  shares,
  structureKey,
  two,
  type Sex,
} from '../population.js';
import { Random } from '../random.js';
import { drifted } from '../spelling.js';
import { dayAt, firstYear, years } from './calendar.js';
import { firstLevelOf, neighbours, neighbourOf, teaches, type Site } from './sites.js';
import { staffPerson } from './staff-life.js';

/** A child as it is, with the days on which something about it changes. */
export type ChildLife = {
  readonly key: string;
  readonly rank: number;
  readonly ine: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly sex: Sex;
  readonly birthDate: LocalDate;
  /** In the first school year, as an index of LEVELS: negative where the child is not of age yet. */
  readonly firstYearLevel: number;
  readonly home: Site;
  readonly arrivesOn?: LocalDate;
  readonly leavesOn?: LocalDate;
  readonly move?: { readonly on: LocalDate; readonly to: Site };
  /** Until that day the source writes it otherwise. */
  readonly correction?: {
    readonly on: LocalDate;
    readonly lastName: string;
    readonly firstName: string;
  };
};

export type GuardianLife = {
  readonly key: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly sex: Sex;
  readonly relation: string;
  readonly mobile: string;
  readonly streets: readonly [now: string, afterwards: string];
  /** A separation or a removal; the address of the family is left on that day. */
  readonly removesOn?: LocalDate;
  readonly losesAuthorityOn?: LocalDate;
};

export type FamilyLife = {
  readonly site: Site;
  readonly children: readonly ChildLife[];
  readonly guardians: readonly GuardianLife[];
};

const childrenPerFamily = 1.34;
const homonyms = 0.001;
/** Full names that homonyms share: so few that most of them meet another. */
export const homonymNames = (sites: number): number => Math.max(1, Math.floor(sites / 60));

/** Families whose first child is of this school; enough for its headcount in the first year and those who come later. */
export function familyCount(site: Site): number {
  const shares = sharesOf(site);
  const all = shares.reduce((sum, { share }) => sum + share, 0);
  const present = shares
    .filter(({ level }) => teaches(site, level))
    .reduce((sum, { share }) => sum + share, 0);
  return Math.max(1, Math.round((site.headcount * all) / present / childrenPerFamily));
}

/** The family of that number: the same whatever else is generated, so that any size needs no memory. */
export function familyLife(
  seed: string | number,
  sites: readonly Site[],
  site: Site,
  number: number,
): FamilyLife {
  const random = new Random(`${seed}:${site.school.uai}:family:${number}`);
  const base = structureKey(site.school.uai);
  const family = newFamily(random, `${base}2${String(number).padStart(4, '0')}`);
  const moveOn = random.chance(0.28) ? dayOfMove(random) : undefined;
  const moveTo = neighbourOf(site, sites, random.pick(neighbours));
  const separates = random.chance(0.05) ? dayAt(random.next()) : undefined;
  const apart = random.chance(0.28);
  const house = random.between(1, 180);
  const draw = random.next();
  const count = draw < 0.7 ? 1 : draw < 0.96 ? 2 : 3;
  const twins = count > 1 && random.chance(0.06);

  const children: ChildLife[] = [];
  for (let i = 0; i < count; i++) {
    const elder = children[i - 1];
    const isTwin = twins && i === 1;
    const firstYearLevel = isTwin
      ? elder!.firstYearLevel
      : levelAt(site, (number * 0.6180339887 + i * 0.37 + site.index * 0.11) % 1, children);
    const rank = number * 3 + i;
    const key = `${base}1${String(rank).padStart(4, '0')}`;
    const sex: Sex = random.chance(0.5) ? 'F' : 'M';
    const born = `${firstYear - 3 - firstYearLevel}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`;
    let firstName: string = random.pickSkewed(firstNamesBySex[sex]);
    while (children.some((sibling) => sibling.firstName === firstName)) {
      firstName = random.pick(firstNamesBySex[sex]);
    }
    const own = {
      lastName: family.lastName,
      firstName,
      sex,
      birthDate: (isTwin ? elder!.birthDate : born) as LocalDate,
    };
    const name = random.chance(homonyms)
      ? homonym(seed, random.between(1, homonymNames(sites.length)), own)
      : own;
    const elsewhere = i > 0 && !isTwin && random.chance(0.06);
    const home = elsewhere ? neighbourOf(site, sites, neighbours[0]) : site;
    const arrivesOn = random.chance(0.03) ? dayAt(random.next()) : undefined;
    const leavesOn = random.chance(0.06) ? dayAt(random.next()) : undefined;
    const wrong = random.chance(0.05) ? drifted(random, name) : undefined;
    children.push({
      ...{ key, rank, ine: ineOf(key), ...name, firstYearLevel, home },
      ...(arrivesOn ? { arrivesOn } : {}),
      ...(leavesOn ? { leavesOn } : {}),
      ...(moveOn ? { move: { on: moveOn, to: moveTo } } : {}),
      ...(wrong ? { correction: { on: dayAt(random.next()), ...wrong } } : {}),
    });
  }
  // A teacher may be a parent: one person of whom two kinds of entries speak.
  const teacher = random.chance(0.01) ? staffPerson(seed, site, 1, 0) : undefined;
  const guardians = family.guardians.map((guardian, i): GuardianLife => {
    const person = i === 0 && teacher ? teacher : guardian;
    const ownAddress = i > 0 && apart ? random.between(1, 180) : house;
    const leavesHouse = moveOn ?? (i > 0 ? separates : undefined);
    const losesAuthorityOn = i > 0 && random.chance(0.01) ? dayAt(random.next()) : undefined;
    return {
      key: guardian.key,
      lastName: person.lastName,
      firstName: person.firstName,
      sex: person.sex,
      relation: family.relations[i] === '38' ? '38' : person.sex === 'F' ? '10' : '20',
      // A number of the range kept for fiction.
      mobile: `+33 6 39 98 ${String(random.between(0, 9999)).padStart(4, '0')}`,
      streets: [addressOf(ownAddress), addressOf(random.between(1, 180))],
      ...(leavesHouse ? { removesOn: leavesHouse } : {}),
      ...(losesAuthorityOn ? { losesAuthorityOn } : {}),
    };
  });
  return { site, children, guardians };
}

const addressOf = (house: number): string =>
  `${(house % 90) + 1} ${streets[house % streets.length]}`;

/** Six in ten moves are at a rentrée. */
function dayOfMove(random: Random): LocalDate {
  return random.chance(0.6)
    ? (`${firstYear + random.between(1, years - 1)}-09-01` as LocalDate)
    : dayAt(random.next());
}

type LevelShare = { readonly level: number; readonly share: number };
const sharesFrom: ReadonlyMap<number, readonly LevelShare[]> = new Map(
  [0, 3].map((first) => [
    first,
    Array.from({ length: schoolLevels.length - first + years - 1 }, (_, i) => {
      const level = first - years + 1 + i;
      return { level, share: shares[schoolLevels[Math.max(level, first)]!] };
    }),
  ]),
);

/** Levels in the first school year of all who are ever of this school; one below its first comes later. */
const sharesOf = (site: Site): readonly LevelShare[] => sharesFrom.get(firstLevelOf(site))!;

/** Evenly by the shares of the levels; a sibling of another age is of another level. */
function levelAt(site: Site, share: number, siblings: readonly ChildLife[]): number {
  const shares = sharesOf(site);
  const all = shares.reduce((sum, each) => sum + each.share, 0);
  let upTo = share * all;
  let at = shares.findIndex((each) => (upTo -= each.share) < 0);
  if (at < 0) at = shares.length - 1;
  while (siblings.some((sibling) => sibling.firstYearLevel === shares[at]!.level)) {
    at = (at + 1) % shares.length;
  }
  return shares[at]!.level;
}

/** One of few full names with one birth date, shared by children of several schools who are not one person. */
export function homonym(
  seed: string | number,
  number: number,
  child: { readonly birthDate: LocalDate },
): { lastName: string; firstName: string; sex: Sex; birthDate: LocalDate } {
  const random = new Random(`${seed}:homonym:${number}`);
  const sex: Sex = random.chance(0.5) ? 'F' : 'M';
  return {
    lastName: random.pick(lastNames),
    firstName: random.pick(firstNamesBySex[sex]),
    sex,
    birthDate:
      `${child.birthDate.slice(0, 4)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}` as LocalDate,
  };
}
