import { jest } from '@jest/globals';
import {
  academy,
  caller,
  ImportBed,
  leaving,
  schools,
  sourceCode,
  uaiA,
} from '../../../test/import-bed.test-support.js';
import { aPupil, aSchool, aTeacher, deliver } from '../../../test/stated-people.test-support.js';

jest.setTimeout(120_000);

/** Goal: a plan is judged on the day it is made, and what it changes counts from the day of its data on (DIR-3). */
let bed: ImportBed;
beforeEach(async () => {
  bed = await ImportBed.start('2022-09-01');
});
afterEach(() => bed.stop());

const onlySchool = { schools: schools.slice(0, 1) };
async function full(): Promise<void> {
  await bed.generate('full', onlySchool);
  expect(await bed.import('full')).toMatchObject({ state: 'COMPLETED' });
  await bed.emitted();
}

test('DIR-3: a plan that is made when the rentrée is over has the threshold of that day', async () => {
  await full();
  await bed.onDay('2022-09-30');
  const changes = [{ kind: 'leave', uai: uaiA, count: 30, day: '2022-09-29' }] as const;
  await bed.generate('less', { ...onlySchool, exportedOn: '2022-09-30', changes });
  const { start, worker, imports } = bed.parts();
  const { importId } = await start.execute({ folder: 'less', sourceCode, caller });
  await bed.onDay('2022-10-03');
  await worker.runNext();
  expect((await imports.get(importId)).state).toBe('HELD');
  const { rows } = await bed.db.database.query('select season, made_on::text from plan order by 2');
  expect(rows.at(-1)).toEqual({ season: 'NORMAL', made_on: '2022-10-03' });
});

test('DIR-3, SUP-4: what is approved a week later ends and begins on the day of the data; people leave on the day of the service', async () => {
  await full();
  await bed.onDay('2022-10-05');
  await bed.generate('less', { ...onlySchool, ...leaving(uaiA, 30) });
  const held = await bed.import('less');
  expect(held.state).toBe('HELD');
  await bed.onDay('2022-10-12');
  expect(await bed.decide(held.importId, 'APPROVED')).toMatchObject({ state: 'COMPLETED' });
  const { rows } = await bed.db.database.query(
    `select distinct e.ends_on::text, p.left_on::text from enrolment e join person p using (person_id) where e.ends_on is not null and p.left_on is not null`,
  );
  expect(rows).toEqual([{ ends_on: '2022-10-03', left_on: '2022-10-12' }]);
});

test('DIR-3: a place does not begin, by older data approved later, before it ended by younger ones of another source', async () => {
  const other = { ...academy, sourceCode: 'autre', academyCode: '', priority: 20 };
  await bed.parts().declare.execute(other, caller);
  const anne = aTeacher('1', 'Anne LEROUX', [uaiA], '1980-02-03', ['CP']);
  const pupil = aPupil('2', 'Zoé NUNC', uaiA);
  await deliver(bed, other.sourceCode, '2022-09-01', [aSchool(uaiA), anne, pupil]);
  // Under the key that the other register of the academy has for her.
  const ours = [aSchool(uaiA), anne];
  const held = await deliver(bed, sourceCode, '2022-10-03', ours, { planOnly: true });
  expect(held.state).toBe('HELD');
  await bed.onDay('2022-10-05');
  await deliver(bed, other.sourceCode, '2022-10-05', [aSchool(uaiA), pupil]);
  await bed.onDay('2022-10-07');
  let { state } = await bed.decide(held.importId, 'APPROVED');
  // The directory moved: the plan was made anew, and is looked at again.
  if (state === 'HELD') ({ state } = await bed.decide(held.importId, 'APPROVED'));
  expect(state).toBe('COMPLETED');
  const { rows } = await bed.db.database.query(
    `select e.starts_on::text, e.ends_on::text from enrolment e join person p using (person_id)
     where p.last_name = 'LEROUX' order by 1`,
  );
  expect(rows).toEqual([
    { starts_on: '2022-09-01', ends_on: '2022-10-05' },
    { starts_on: '2022-10-05', ends_on: null },
  ]);
});
