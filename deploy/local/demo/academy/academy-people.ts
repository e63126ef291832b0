import { ExpectedPeople, type ExpectedPerson } from '../../../../test/academy/expected-people.js';
import { isOne } from '../../../../test/academy/is-one.js';
import { PopulationDays } from '../../../../test/support/generator/school-years/population-days.js';
import { type Double, type DoubleSide } from '#libs/contracts';
import { academySource } from '../directory-imports.js';
import { type AcademyStory, dataDays } from './academy-story.js';

/** Guardians and teachers apart, whoever is both. */
const everybody = { has: () => true } as unknown as ReadonlySet<string>;

/** The invented people of the story, and what somebody knows who knows them. */
export class AcademyPeople {
  readonly population: PopulationDays;
  readonly expected: ExpectedPeople;
  private readonly first: ReadonlyMap<string, ExpectedPerson>;
  /** Keys by name, birth date and place, on the days of the data. */
  private readonly keys = new Map<string, string>();

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
      }
    }
  }

  siteOf(uai: string) {
    const site = this.population.siteOf(uai);
    if (!site) throw new RangeError(`The story has no school ${uai}`);
    return site;
  }

  isOne({ newcomer, known }: Double): boolean {
    if (!newcomer || !known) return false;
    return isOne({ newcomer, known }, (side) => this.keysOf(side), this.expected, this.first);
  }

  /** The key of the teacher who is the other one, a guardian, too; undefined: they are two. */
  teacherOf({ newcomer, known }: Double): string | undefined {
    const [one, other] = [newcomer, known].map((side) => side && this.keysOf(side)[0]);
    if (!one || !other) return undefined;
    if (this.expected.teacherWho(one, this.first) === other) return other;
    return this.expected.teacherWho(other, this.first) === one ? one : undefined;
  }

  /** As the academy states the person; none: it does not. */
  private keysOf(side: DoubleSide): string[] {
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
