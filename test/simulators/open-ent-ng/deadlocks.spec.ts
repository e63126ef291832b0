import { Deadlocks } from './deadlocks.js';

/** Asked without sockets: how many requests come at once over HTTP depends on the load of the machine. */
test.each([
  ['one at a time in one class', { schools: 1, classes: 1, count: 32, atOnce: 1, succeed: 31 }],
  ['two at once in one class', { schools: 1, classes: 1, count: 32, atOnce: 2, succeed: 29 }],
  ['eight at once in one class', { schools: 1, classes: 1, count: 32, atOnce: 8, succeed: 16 }],
  ['eight at once in eight classes', { schools: 1, classes: 8, count: 32, atOnce: 8, succeed: 25 }],
  ['eight at once in eight schools', { schools: 8, classes: 1, count: 32, atOnce: 8, succeed: 32 }],
  ['sixteen at once of homonyms', { schools: 1, classes: 1, count: 96, atOnce: 16, succeed: 34 }],
])('refuses as many creations as measured %s', async (_how, measured) => {
  const { schools, classes, count, atOnce, succeed } = measured;
  const deadlocks = new Deadlocks();
  const places = Array.from({ length: schools * classes }, (_, at) => ({
    structureId: `school ${at % schools}`,
    classId: `class ${at}`,
  }));
  const creations = Array.from({ length: count }, (_, at) => places[at % places.length]!).values();
  let created = 0;
  const worker = async () => {
    for (const creation of creations) if (!(await deadlocks.refuses(creation))) created += 1;
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  expect(Math.abs(created - succeed)).toBeLessThanOrEqual(2);
  expect(created + deadlocks.refused).toBe(count);
});
