import {
  type Apart,
  ExpectedPeople,
  type ExpectedPerson,
} from '../../../../test/academy/expected-people.js';
import { isOne, plainName } from '../../../../test/academy/is-one.js';
import { PopulationDays } from '../../../../test/support/generator/school-years/population-days.js';
import type { DoubleSide, Person } from '#libs/contracts';
import { academySource } from '../directory-imports.js';
import { type AcademyStory, dataDays } from './academy-story.js';

/** One of two about whom is asked, with the children whose guardian it is. */
export type SideWithChildren = Pick<
  DoubleSide,
  'lastName' | 'firstName' | 'birthDate' | 'uais' | 'sources'
> & { readonly children: readonly Person[] };

/** Guardians and teachers apart, whoever is both. */
const everybody: Apart = { get: (guardianKey) => guardianKey };

/** Two about whom is asked. */
export type Question = { readonly newcomer: SideWithChildren; readonly known: SideWithChildren };

/** The invented people of the story, and what somebody knows who knows them. */
export class AcademyPeople {
  readonly population: PopulationDays;
  readonly expected: ExpectedPeople;
  private readonly first: ReadonlyMap<string, ExpectedPerson>;
  /** Keys by name, birth date and place, on the days of the data. */
  private readonly keys = new Map<string, string>();
  /** Keys of guardians by child and name: of several who are called alike in a school, the families tell which is meant. */
  private readonly guardians = new Map<string, string>();

  constructor({ seed, schools: schoolsMax, headcountMax }: AcademyStory) {
    this.population = new PopulationDays({ seed, size: Infinity, schoolsMax, headcountMax });
    this.expected = new ExpectedPeople(this.population, Object.values(dataDays));
    this.first = this.expected.on(dataDays.first);
    for (const on of [dataDays.rentree, dataDays.first]) {
      for (const [key, person] of this.expected.on(on, everybody)) {
        for (const place of person.places) {
          const [profile, uai] = place.split(' ');
          this.keys.set(wordsOf(person, `${profile} ${uai}`), key);
        }
        for (const child of person.children)
          this.guardians.set(`${child} ${plainName(person)}`, key);
      }
    }
  }

  siteOf(uai: string) {
    const site = this.population.siteOf(uai);
    if (!site) throw new RangeError(`The story has no school ${uai}`);
    return site;
  }

  isOne(question: Question): boolean {
    return isOne(question, (side) => this.keysInFamily(side), this.expected, this.first);
  }

  /**
   * Guardians who are two with whomever else is asked about, whatever they are by birth: by key, with the key of the one
   * that they are. Who has a birth date is the teacher, with the families that were found to be the teacher's.
   */
  apartIn(questions: readonly Question[]): Map<string, string> {
    return new Map(
      questions
        .flatMap(({ newcomer, known }) => [newcomer, known])
        .filter(({ birthDate, sources }) => !birthDate && sources.includes(academySource.title))
        .map((side) => this.keysInFamily(side))
        .flatMap((keys) => keys.map((key) => [key, keys[0]!] as const)),
    );
  }

  /** Of a guardian as the families say, whoever states it; else as the academy states the person; none: it does not. */
  private keysInFamily(side: SideWithChildren): string[] {
    const places = side.children.flatMap((child) =>
      child.enrolments.map(({ uai }) => wordsOf(child, `STUDENT ${uai}`)),
    );
    const children = new Set(places.flatMap((place) => this.keys.get(place) ?? []));
    const inFamily = [...children].flatMap(
      (child) => this.guardians.get(`${child} ${plainName(side)}`) ?? [],
    );
    return inFamily.length > 0 ? inFamily : this.keysOf(side);
  }

  /** As the academy states the person; none: it does not. */
  private keysOf(side: Omit<SideWithChildren, 'children'>): string[] {
    if (!side.sources.includes(academySource.title)) return [];
    const places = ['TEACHER', 'PERSONNEL', 'RELATIVE', 'STUDENT'].flatMap((profile) =>
      side.uais.map((uai) => `${profile} ${uai}`),
    );
    return places.flatMap((place) => this.keys.get(wordsOf(side, place)) ?? []);
  }
}

const wordsOf = (
  { lastName, firstName, birthDate }: Pick<ExpectedPerson, 'lastName' | 'firstName' | 'birthDate'>,
  place: string,
) => `${lastName}|${firstName}|${birthDate}|${place}`;
