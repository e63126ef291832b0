import { AcademyPeople } from './academy-people.js';
import { academyStory, dataDays } from './academy-story.js';
import { academySource } from '../directory-imports.js';
import type { ExpectedPerson } from '../../../../test/academy/expected-people.js';

test('DIR-2: of two guardians of one name in one school, tells by their children whether they are one', () => {
  const story = { ...academyStory(), schools: 12, headcountMax: () => 100 };
  const people = new AcademyPeople(story);
  const expected = people.expected.on(dataDays.first);
  const [one, other] = namesakesIn(expected);
  const side = (of: ExpectedPerson, sources: string[]) => ({
    ...{ lastName: of.lastName, firstName: of.firstName, birthDate: '', sources },
    uais: [...of.places].map((place) => place.split(' ')[1]!),
    children: [...of.children].flatMap((key) => {
      const child = expected.get(key);
      if (!child) return [];
      const uais = [...child.places].map((place) => place.split(' ')[1]!);
      return [{ ...child, enrolments: uais.map((uai) => ({ uai })) } as never];
    }),
  });
  const aaf = [academySource.title];
  const isOne = (newcomer: ReturnType<typeof side>, known: ReturnType<typeof side>) =>
    people.isOne({ newcomer, known });
  expect(isOne(side(one, aaf), side(one, aaf))).toBe(true);
  expect(isOne(side(one, aaf), side(other, aaf))).toBe(false);
  // Whom the lists of a school state alone, too.
  expect(isOne(side(one, ['ONDE']), side(one, aaf))).toBe(true);
  expect(isOne(side(one, ['ONDE']), side(other, aaf))).toBe(false);
});

/** Two guardians who are called alike, with a school in common. */
function namesakesIn(people: ReadonlyMap<string, ExpectedPerson>) {
  const seen = new Map<string, ExpectedPerson>();
  for (const person of people.values()) {
    for (const place of person.places) {
      if (!place.startsWith('RELATIVE')) continue;
      const words = `${person.lastName}|${person.firstName}|${place}`;
      const namesake = seen.get(words);
      if (namesake) return [namesake, person] as const;
      seen.set(words, person);
    }
  }
  throw new RangeError('Nobody is called as somebody else of the school');
}
