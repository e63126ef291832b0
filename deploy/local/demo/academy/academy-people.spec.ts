import { AcademyPeople } from './academy-people.js';
import { academyStory, dataDays } from './academy-story.js';
import { academySource } from '../directory-imports.js';
import type { ExpectedPerson } from '../../../../test/academy/expected-people.js';

const story = { ...academyStory(), schools: 40, headcountMax: () => 100 };
const people = new AcademyPeople(story);
const expected = people.expected.on(dataDays.first);
const aaf = [academySource.title];
/** As a question shows somebody. */
const side = (of: ExpectedPerson, sources: string[], birthDate = '') => ({
  ...{ lastName: of.lastName, firstName: of.firstName, birthDate, sources },
  uais: [...of.places].map((place) => place.split(' ')[1]!),
  children: [...of.children].flatMap((key) => {
    const child = expected.get(key);
    if (!child) return [];
    const uais = [...child.places].map((place) => place.split(' ')[1]!);
    return [{ ...child, enrolments: uais.map((uai) => ({ uai })) } as never];
  }),
});

test('DIR-2: of two guardians of one name in one school, tells by their children whether they are one', () => {
  const [one, other] = namesakesIn(expected);
  const isOne = (newcomer: ReturnType<typeof side>, known: ReturnType<typeof side>) =>
    people.isOne({ newcomer, known });
  expect(isOne(side(one, aaf), side(one, aaf))).toBe(true);
  expect(isOne(side(one, aaf), side(other, aaf))).toBe(false);
  // Whom the lists of a school state alone, too.
  expect(isOne(side(one, ['ONDE']), side(one, aaf))).toBe(true);
  expect(isOne(side(one, ['ONDE']), side(other, aaf))).toBe(false);
});

test('DIR-2: a teacher who is a parent in two families and one of them already is two people, with the children of each', () => {
  const all = people.expected.on(dataDays.first, { get: (key) => key });
  const [teacherKey, [one, other]] = teacherOfTwoFamilies(all);
  const [teacher, first, second] = [teacherKey, one, other].map((key) => all.get(key)!);
  const found = { ...teacher!, children: first!.children };
  const question = {
    newcomer: side(found, aaf, teacher!.birthDate),
    known: side(second!, aaf),
  };
  const now = people.expected.on(dataDays.first, people.apartIn([question]));
  expect(now.get(teacherKey)!.children).toEqual(first!.children);
  expect(now.get(other)!.children).toEqual(second!.children);
  expect(now.has(one)).toBe(false);
  // Whoever is asked about both is no guardian apart.
  expect(people.apartIn([{ newcomer: question.newcomer, known: question.newcomer }]).size).toBe(0);
});

/** Key of the teacher, and those of the families, whose children are in the teacher's own school. */
function teacherOfTwoFamilies(all: ReadonlyMap<string, ExpectedPerson>) {
  const uaisOf = (key: string) => [...all.get(key)!.places].map((place) => place.split(' ')[1]);
  const parents = [...all.keys()].flatMap((key) => {
    const teacher = people.expected.teacherWho(key, all);
    const isBeside = teacher && uaisOf(key).some((uai) => uaisOf(teacher).includes(uai));
    return isBeside ? [{ key, teacher }] : [];
  });
  for (const [teacher, families] of Map.groupBy(parents, (parent) => parent.teacher)) {
    const [one, other] = families.map(({ key }) => key);
    if (one && other) return [teacher, [one, other]] as const;
  }
  throw new RangeError('No teacher is a parent in two families');
}

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
