import type { LocalDate } from '#libs/time';
import { firstDay } from '../support/generator/school-years/calendar.js';
import type { PopulationDays } from '../support/generator/school-years/population-days.js';

/** Somebody as all sources together state them. */
export type ExpectedPerson = {
  readonly lastName: string;
  readonly firstName: string;
  /** Empty: nobody states it. */
  readonly birthDate: string;
  /** `PROFILE UAI`, a pupil's with the class. */
  readonly places: Set<string>;
  /** Keys of the pupils whose guardian this is. */
  readonly children: Set<string>;
};

/**
 * Guardians, by key, who are not (yet, or no more) one with the teacher whom they are by construction, and the key of the
 * one person that they are: of two entries of a parent in two families one may be the teacher already, and the other not.
 */
export type Apart = Pick<ReadonlyMap<string, string>, 'get'>;

/** A row of an adult in a table, as the file has it. */
export type TableAdult = {
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate: string;
  readonly profile: 'TEACHER' | 'PERSONNEL' | 'GUEST';
  readonly uai: string;
};

/**
 * Who is where by the population itself: the rules of the directory said a second time, in the fewest words, without a
 * function of the importer. By the key of the AAF, or of whom no AAF states by name and birth date.
 */
export class ExpectedPeople {
  /** Names of guardians, by key. */
  private readonly guardianNames = new Map<string, string>();

  /** Guardians who by such a day are one with the teacher whom they are. */
  private readonly oneWithTeacher = new Map<LocalDate, ReadonlySet<string>>();

  /** `deliveredOn`: the days of which the academy delivers. */
  constructor(
    private readonly population: PopulationDays,
    private readonly deliveredOn: readonly LocalDate[],
  ) {
    for (const site of population.sites) {
      for (const { guardians } of population.familiesOf(site)) {
        for (const { key, lastName, firstName } of guardians) {
          this.guardianNames.set(key, `${lastName}|${firstName}`);
        }
      }
    }
  }

  /** All whom the AAF states on a day. */
  on(day: LocalDate, apart: Apart = new Map()): Map<string, ExpectedPerson> {
    const people = new Map<string, ExpectedPerson>();
    const at = (key: string, name: Omit<ExpectedPerson, 'places' | 'children'>) => {
      const known = people.get(key);
      if (known) return known;
      const { lastName, firstName, birthDate } = name;
      const person = {
        lastName,
        firstName,
        birthDate,
        places: new Set<string>(),
        children: new Set<string>(),
      };
      people.set(key, person);
      return person;
    };
    for (const site of this.population.sites) {
      for (const holderOn of this.population.postsOf(site)) {
        const holder = holderOn(day);
        const profile = holder.role === 'AIDE' ? 'PERSONNEL' : 'TEACHER';
        for (const uai of holder.uais) at(holder.key, holder).places.add(`${profile} ${uai}`);
      }
    }
    for (const site of this.population.sites) {
      for (const family of this.population.familiesOf(site)) {
        const { pupils, guardians } = this.population.familyOn(family, day);
        for (const pupil of pupils) {
          at(pupil.key, pupil).places.add(`STUDENT ${pupil.uai} ${pupil.schoolClass.label}`);
        }
        for (const { guardian, pupils: own } of guardians) {
          // Who was one with a teacher who has left since is one still, with whoever else was.
          const teacher = this.teacherWho(guardian.key);
          const isKnown = teacher && this.wasBeside(guardian.key, day);
          const key = apart.get(guardian.key) ?? (isKnown ? teacher : guardian.key);
          const person = at(key, { ...guardian, birthDate: '' });
          for (const { key: child, uai } of own) {
            person.places.add(`RELATIVE ${uai}`);
            person.children.add(child);
          }
        }
      }
    }
    return people;
  }

  /**
   * Nobody asks about a guardian and a teacher of the same name who have never had a school in common (DIR-2). Whoever was
   * found to be the teacher is asked about with the schools of both, also once the teacher has left.
   */
  private wasBeside(guardianKey: string, until: LocalDate): boolean {
    const last = this.deliveredOn.findLast((day) => day <= until);
    return last !== undefined && this.knownBy(last).has(guardianKey);
  }

  /** `day`: one of the delivered. */
  private knownBy(day: LocalDate): ReadonlySet<string> {
    const seen = this.oneWithTeacher.get(day);
    if (seen) return seen;
    const before = this.deliveredOn.findLast((one) => one < day);
    const known = new Set(before === undefined ? [] : this.knownBy(before));
    const schools = this.schoolsTaughtOn(day);
    const guardians = this.teachingGuardiansOn(day);
    for (const { key, teacher, uais } of guardians) {
      if (known.has(key)) schools.set(teacher, [...(schools.get(teacher) ?? []), ...uais]);
    }
    for (let found = true; found;) {
      found = false;
      for (const { key, teacher, uais } of guardians) {
        const own = schools.get(teacher) ?? [];
        if (known.has(key) || !uais.some((uai) => own.includes(uai))) continue;
        known.add(key);
        schools.set(teacher, [...own, ...uais]);
        found = true;
      }
    }
    this.oneWithTeacher.set(day, known);
    return known;
  }

  /** By key of the teacher. */
  private schoolsTaughtOn(day: LocalDate): Map<string, readonly string[]> {
    const schools = new Map<string, readonly string[]>();
    for (const site of this.population.sites) {
      for (const holderOn of this.population.postsOf(site)) {
        const { key, uais } = holderOn(day);
        schools.set(key, [...(schools.get(key) ?? []), ...uais]);
      }
    }
    return schools;
  }

  /** With the schools of their children. */
  private teachingGuardiansOn(day: LocalDate) {
    return this.population.sites.flatMap((site) =>
      [...this.population.familiesOf(site)].flatMap((family) =>
        this.population.familyOn(family, day).guardians.flatMap(({ guardian, pupils }) => {
          const teacher = this.teacherWho(guardian.key);
          const uais = pupils.map(({ uai }) => uai);
          return teacher === undefined ? [] : [{ key: guardian.key, teacher, uais }];
        }),
      ),
    );
  }

  /** The key of the teacher whom a guardian is, by construction of the population: of the school of the family, and `present`, if that is given. */
  teacherWho(guardianKey: string, present?: ReadonlyMap<string, unknown>): string | undefined {
    const site = this.population.sites[this.population.indexOfStructure(guardianKey.slice(0, 6))];
    const teacher = site && this.population.postsOf(site)[1]?.(firstDay);
    if (!teacher || !guardianKey.endsWith('1')) return undefined;
    if (present && !present.has(teacher.key)) return undefined;
    const name = `${teacher.lastName}|${teacher.firstName}`;
    return this.guardianNames.get(guardianKey) === name ? teacher.key : undefined;
  }
}

/** Adults whom tables state: who is somebody of the AAF by name and birth date has one place more, the others come. */
export function withAdults(
  people: Map<string, ExpectedPerson>,
  adults: readonly TableAdult[],
): Map<string, ExpectedPerson> {
  const named = ({ lastName, firstName, birthDate }: ExpectedPerson | TableAdult) =>
    `${lastName}|${firstName}|${birthDate}`;
  const byName = new Map(
    [...people.values()].filter(({ birthDate }) => birthDate !== '').map((p) => [named(p), p]),
  );
  for (const adult of adults) {
    const name = named(adult);
    const { lastName, firstName, birthDate, profile, uai } = adult;
    let person = byName.get(name);
    if (!person) {
      person = { lastName, firstName, birthDate, places: new Set(), children: new Set() };
      byName.set(name, person);
      people.set(`table|${name}`, person);
    }
    person.places.add(`${profile} ${uai}`);
  }
  return people;
}

/** One line each, sorted: name, birth date, places, children by name. Two people who look alike are two equal lines. */
export function linesOf(people: ReadonlyMap<string, ExpectedPerson>): string[] {
  const name = ({ lastName, firstName, birthDate }: ExpectedPerson) =>
    `${lastName}|${firstName}|${birthDate}`;
  return [...people.values()]
    .filter(({ places }) => places.size > 0)
    .map((person) => {
      const children = [...person.children].flatMap((key) => {
        const child = people.get(key);
        return child ? [name(child)] : [];
      });
      return [name(person), [...person.places].sort(), children.sort()].flat().join(' ; ');
    })
    .sort();
}
