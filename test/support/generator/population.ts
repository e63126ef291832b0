import type { RealSchool } from '../data/schools.js';
import { firstNamesBySex, lastNames } from './names.js';
import { Random } from './random.js';

export type Sex = 'F' | 'M';
export type Level = 'PS' | 'MS' | 'GS' | 'CP' | 'CE1' | 'CE2' | 'CM1' | 'CM2';

export type SchoolClass = { readonly id: string; readonly label: string; readonly level: Level };

export type GeneratedPupil = {
  key: string;
  ine: string;
  familyKey: string;
  lastName: string;
  firstName: string;
  sex: Sex;
  birthDate: string;
  level: Level;
  /** Home school; changed by a move. */
  uai: string;
  schoolClass: SchoolClass;
  enteredOn: string;
  guardians: { key: string; relation: string }[];
};

export type GeneratedGuardian = {
  key: string;
  lastName: string;
  firstName: string;
  sex: Sex;
  pupilKeys: string[];
};

export type GeneratedStaff = {
  key: string;
  lastName: string;
  firstName: string;
  sex: Sex;
  birthDate: string;
  uais: string[];
  role: 'HEAD' | 'TEACHER' | 'AIDE';
};

export type Family = {
  key: string;
  lastName: string;
  guardians: GeneratedGuardian[];
  relations: string[];
  pupils: GeneratedPupil[];
};

export const schoolLevels = ['PS', 'MS', 'GS', 'CP', 'CE1', 'CE2', 'CM1', 'CM2'] as const;
const pupilsPerClass = 21;
/** Shares of pupils by level in public schools of the academy (rentrée 2024). */
export const shares: Record<Level, number> = {
  PS: 7.7,
  MS: 7.9,
  GS: 8.1,
  CP: 14.4,
  CE1: 15.1,
  CE2: 15.2,
  CM1: 15.6,
  CM2: 16,
};

/** The structure's join key in the academy's AAF: any stable number does. */
export const structureKey = (uai: string): string => String(Number(uai.slice(0, 7)));

/** Levels of a school's pupils and its classes, by size alone: where a school is small, a class has several levels. */
export function classPlan(
  school: RealSchool,
  headcount: number,
): { slots: Level[]; classes: SchoolClass[]; classOf: (rank: number) => SchoolClass } {
  const levels: readonly Level[] =
    school.kind === 'elementaire' ? schoolLevels.slice(3) : schoolLevels;
  const total = levels.reduce((sum, level) => sum + shares[level], 0);
  const slots: Level[] = [];
  let share = 0;
  for (const level of levels) {
    share += shares[level];
    const upTo = Math.round((headcount * share) / total);
    while (slots.length < upTo) slots.push(level);
  }
  const classCount = Math.max(1, Math.round(headcount / pupilsPerClass));
  const classOfRank = (rank: number) =>
    Math.min(classCount - 1, Math.floor((rank * classCount) / headcount));
  const classes = Array.from({ length: classCount }, (_, index) => {
    const within = [...new Set<Level>(slots.filter((_, rank) => classOfRank(rank) === index))];
    const letter = String.fromCharCode(65 + (index % 26));
    return {
      id: `${structureKey(school.uai)}${String(index + 1).padStart(2, '0')}`,
      label: `${within.join('-')} ${letter}`,
      level: within[0] ?? levels[0]!,
    };
  });
  return { slots, classes, classOf: (rank) => classes[classOfRank(rank)]! };
}

/** A family without pupils yet. Guardians per family: mean 1.95, none for a few. */
export function newFamily(random: Random, key: string): Family {
  const lastName = random.pickSkewed(lastNames);
  const draw = random.next();
  const count = draw < 0.005 ? 0 : draw < 0.095 ? 1 : draw < 0.95 ? 2 : 3;
  const guardians: GeneratedGuardian[] = [];
  const relations: string[] = [];
  for (let i = 0; i < count; i++) {
    const sex: Sex =
      i === 0 ? 'F' : i === 1 ? (random.chance(0.97) ? 'M' : 'F') : random.chance(0.5) ? 'F' : 'M';
    guardians.push({
      key: `${key}${i + 1}`,
      lastName:
        i > 0 && random.chance(0.6)
          ? lastName
          : i === 0 && random.chance(0.7)
            ? lastName
            : random.pickSkewed(lastNames),
      firstName: random.pickSkewed(firstNamesBySex[sex]),
      sex,
      pupilKeys: [],
    });
    relations.push(i === 2 ? '38' : sex === 'F' ? '10' : '20');
  }
  const twoNames = count > 1 && guardians[1]!.lastName !== lastName && random.chance(0.25);
  return {
    key,
    lastName: twoNames ? `${lastName} ${guardians[1]!.lastName}` : lastName,
    guardians,
    relations,
    pupils: [],
  };
}

export function addPupil(
  random: Random,
  family: Family,
  pupil: Pick<GeneratedPupil, 'key' | 'level' | 'uai' | 'schoolClass' | 'enteredOn'>,
  schoolYearStart: number,
): GeneratedPupil {
  const sex: Sex = random.chance(0.5) ? 'F' : 'M';
  const twin = family.pupils.find((sibling) => sibling.level === pupil.level);
  const year =
    schoolYearStart - 3 - schoolLevels.indexOf(pupil.level) - (random.chance(0.02) ? 1 : 0);
  const taken = new Set(family.pupils.map((sibling) => sibling.firstName));
  let firstName = random.pickSkewed(firstNamesBySex[sex]);
  while (taken.has(firstName)) firstName = random.pick(firstNamesBySex[sex]);
  const born = `${year}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`;
  const created: GeneratedPupil = {
    ...pupil,
    // RNIE shape: nine digits and two letters; the digits come from the key, so it is unique.
    ine: ineOf(pupil.key),
    familyKey: family.key,
    lastName: family.lastName,
    firstName,
    sex,
    birthDate: twin?.birthDate ?? born,
    guardians: family.guardians.map((guardian, i) => ({
      key: guardian.key,
      relation: family.relations[i]!,
    })),
  };
  family.pupils.push(created);
  for (const guardian of family.guardians) guardian.pupilKeys.push(created.key);
  return created;
}

export function newStaff(
  random: Random,
  key: string,
  uais: string[],
  role: GeneratedStaff['role'],
): GeneratedStaff {
  const sex: Sex = random.chance(0.82) ? 'F' : 'M';
  return {
    key,
    lastName: random.pickSkewed(lastNames),
    firstName: random.pick(firstNamesBySex[sex]),
    sex,
    birthDate: `${random.between(1960, 1997)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`,
    uais,
    role,
  };
}

/** Keys have twelve digits, of which the first is constant within a department: fold them into nine digits and two letters. */
export function ineOf(key: string): string {
  const letters = 'ABCDEFGHJK';
  const digits = key.padStart(12, '0').slice(-11);
  return digits.slice(2) + letters[Number(digits[0])]! + letters[Number(digits[1])]!;
}

export const two = (n: number): string => String(n).padStart(2, '0');
