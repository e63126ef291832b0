import { jest } from '@jest/globals';
import { academy, caller, ImportBed } from '../../../test/import-bed.test-support.js';
import { aGuardian, aPupil, aSchool, deliver } from '../../../test/stated-people.test-support.js';
import { Plans } from './plans.pg.js';

jest.setTimeout(120_000);

/** Goal: the figure that a decision about all held schools confirms counts people (DIR-3). Method: guardians with a child in each of two schools leave. */
const uais = ['0440290B', '0440358A'] as const;
const source = 'whole';
const families = Array.from({ length: 15 }, (_, at) => at);
const schools = uais.map(aSchool);
const family = (at: number) => [
  ...uais.map((uai, school) =>
    aPupil(`p-${school}-${at}`, `Lila${at} QUIMPEROIS${at}`, uai, {
      ...{ born: `201${5 + school}-03-04`, guardians: { [`g-${at}`]: '10' } },
    }),
  ),
  aGuardian(`g-${at}`, `Nora QUIMPEROIS${at}`),
];

let bed: ImportBed;
beforeAll(async () => {
  bed = await ImportBed.start('2025-11-28');
  await bed.parts().declare.execute({ ...academy, sourceCode: source, academyCode: '' }, caller);
});
afterAll(() => bed.stop());

test('DIR-3: a guardian with children in two held schools is one person who leaves', async () => {
  await deliver(bed, source, '2025-11-01', [...schools, ...families.flatMap(family)]);
  const { importId, state } = await deliver(bed, source, '2025-11-10', [...schools, ...family(0)]);
  expect(state).toBe('HELD');
  const { rows } = await bed.db.database.query<{ id: string }>(
    'select plan_id as id from plan where import_id = $1',
    [importId],
  );
  const plans = new Plans(bed.db.database);
  const read = () => plans.get(rows[0]!.id);
  const page = { state: 'HELD', changingOnly: false, seen: undefined, limit: 10, after: undefined };
  const bySchool = await plans.schools(rows[0]!.id, page);
  // 14 pupils and 14 guardians in each school; 28 pupils and 14 guardians in all.
  expect(bySchool.map(({ figures }) => figures.ended)).toEqual([28, 28]);
  expect(await read()).toMatchObject({ heldSchools: 2, held: { present: 45, ended: 42 } });
  // The guardians wait for the second school too: the pupils of the first are decided.
  await bed.decide(importId, 'APPROVED', uais[0]);
  expect(await read()).toMatchObject({ heldSchools: 1, held: { ended: 28 } });
  await bed.decide(importId, 'REJECTED', uais[1]);
  expect(await read()).toMatchObject({ heldSchools: 0, held: { ended: 0 } });
});
