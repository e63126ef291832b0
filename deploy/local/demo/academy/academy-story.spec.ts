import { realPublicSchools } from '../../../../test/support/data/schools.js';
import { PopulationDays } from '../../../../test/support/generator/school-years/population-days.js';
import { addDays } from '#libs/time';
import { withoutPupilsOf } from './academy-checks.js';
import { academyStory, dataDays, erasedOn, schoolsOfStory } from './academy-story.js';

const story = academyStory();
const { members, days } = story;
const acts = days.flatMap((day) => day.acts.map((act) => ({ on: day.on, act })));
const financed = members.flatMap(({ schools }) => schools.map(({ uai }) => uai));

test('has all real public schools of the academy, and its own among those that members pay for', () => {
  const real = new Set(realPublicSchools().map(({ uai }) => uai));
  expect(real.size).toBe(story.schools);
  expect(financed.filter((uai) => !real.has(uai))).toEqual([]);
  expect(financed).toEqual(expect.arrayContaining(Object.values(schoolsOfStory)));
  expect(new Set(Object.values(schoolsOfStory)).size).toBe(4);
});

test('plays its days in order, each once, and declares sources before anything is delivered', () => {
  const dates = days.map(({ on }) => on);
  expect(dates).toEqual([...new Set(dates)].sort());
  const kinds = acts.map(({ act }) => act.kind);
  const deliveries = ['deliver-aaf', 'deliver-emptied', 'send-onde', 'send-tables', 'fill-ldap'];
  expect(kinds.indexOf('declare-sources')).toBeLessThan(
    Math.min(...deliveries.map((kind) => kinds.findIndex((each) => each === kind))),
  );
});

test('ADH-2: has letters of members of before the deadline of the market', () => {
  for (const { appliedOn } of members) {
    expect(appliedOn >= '2025-11-15' && appliedOn < '2026-01-14').toBe(true);
  }
});

test('DIR-3: of the schools that the cut export empties each has enough pupils to be held', () => {
  const { seed, schools: schoolsMax, headcountMax } = story;
  const population = new PopulationDays({ seed, size: Infinity, schoolsMax, headcountMax });
  for (const uai of [schoolsOfStory.closed, schoolsOfStory.cut]) {
    const families = [...population.familiesAt(population.siteOf(uai)!, dataDays.rentree)];
    const people = families.flatMap(({ pupils, guardians }) => [...pupils, ...guardians]);
    // IMPORT_BRAKE_LEAST.
    expect(people.length).toBeGreaterThanOrEqual(10);
  }
});

test('SUP-4: lets so many days pass that whoever left with the closure is due', () => {
  const closure = acts.find(({ act }) => act.kind === 'deliver-emptied')!.on;
  expect(erasedOn >= addDays(closure, 80)).toBe(true);
  const proof = acts.find(({ act }) => act.kind === 'prove-erasure')!.on;
  expect(proof > addDays(erasedOn, 8)).toBe(true);
});

test('expects of a closed school neither its pupils nor who was there for them alone', () => {
  const person = (places: string[], children: string[] = []) => ({
    ...{ lastName: 'N', firstName: 'P', birthDate: '' },
    ...{ places: new Set(places), children: new Set(children) },
  });
  const left = withoutPupilsOf(
    new Map([
      ['here', person(['STUDENT A CP1'])],
      ['gone', person(['STUDENT B CP1'])],
      ['parent of both', person(['RELATIVE A', 'RELATIVE B'], ['here', 'gone'])],
      ['parent of the one', person(['RELATIVE B'], ['gone'])],
      ['teacher', person(['TEACHER B'])],
    ]),
    'B',
  );
  expect([...left.keys()]).toEqual(['here', 'parent of both', 'teacher']);
  expect(left.get('parent of both')).toEqual(person(['RELATIVE A'], ['here']));
});
