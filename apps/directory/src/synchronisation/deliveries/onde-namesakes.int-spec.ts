import { jest } from '@jest/globals';
import { academy, caller, ImportBed } from '../../../test/import-bed.test-support.js';
import { aSchool, deliver } from '../../../test/stated-people.test-support.js';

jest.setTimeout(120_000);

/** Goal: rows of one name and birth date are never one pupil unasked (DIR-2). Method: ONDE files of one school, delivery after delivery. */
const uai = '0440290B';
let bed: ImportBed;
beforeEach(async () => {
  bed = await ImportBed.start('2025-11-28');
  const source = { ...academy, sourceCode: 'onde', kind: 'ONDE', academyCode: '' } as const;
  await bed.parts().declare.execute(source, caller);
  await bed.parts().declare.execute({ ...academy, sourceCode: 'schools' }, caller);
  await deliver(bed, 'schools', '2025-09-01', [aSchool(uai)]);
});
afterEach(() => bed.stop());

function onde(day: string, ...rows: string[]) {
  const header = 'Nom élève;Prénom élève;Date naissance;INE;Niveau;Libellé classe';
  bed.lay(day, { 'CSVExtraction.csv': [header, ...rows].join('\n') });
  return bed.import(day, { source: 'onde', datedOn: day, uai });
}
async function pupils() {
  const { rows } = await bed.db.database.query<{ text: string; id: string }>(
    `select concat_ws(' ', e.class_label, e.level) as text, person_id as id from person join enrolment e using (person_id)
     where e.ends_on is null order by 1`,
  );
  return rows;
}
const asked = () => bed.count('doubtful_pair where answer is null');
const rows = ['DURAND;Lila;2016-03-09;;CE2;CE2 A', 'Durand;LILA;09/03/2016;;CE2;CE2 B'];

test('DIR-2: two rows of one name and birth date are two pupils, and a person is asked', async () => {
  const report = await onde('2025-09-15', ...rows);
  expect(report).toMatchObject({ state: 'COMPLETED', peopleCreated: 2 });
  expect(report.remarks).toMatchObject([{ code: 'PUPIL_NAMESAKES', count: 2 }]);
  expect((await pupils()).map(({ text }) => text)).toEqual(['CE2 A CE2', 'CE2 B CE2']);
  expect(await asked()).toBe(1);
  // In another order nothing changes.
  expect(await onde('2025-09-16', ...rows.toReversed())).toMatchObject({ peopleApplied: 0 });
  expect(await asked()).toBe(1);
});

test('DIR-2: a namesake who comes later is asked about, and one who leaves gives nobody the other identity', async () => {
  await onde('2025-09-15', rows[0]!);
  const [first] = await pupils();
  await onde('2025-09-16', ...rows);
  expect(await pupils()).toHaveLength(2);
  expect(await asked()).toBeGreaterThan(0);
  const both = await pupils();
  await onde('2025-09-17', rows[1]!);
  const left = await pupils();
  expect(left.map(({ text }) => text)).toEqual(['CE2 B CE2']);
  expect(left[0]!.id).toBe(both[1]!.id);
  expect(left[0]!.id).not.toBe(first!.id);
});

test('DIR-2: namesakes with two INE are two, a row with the same INE is the same pupil', async () => {
  const [one, other] = ['120045678HK', '120045679HH'];
  const report = await onde(
    '2025-09-15',
    `DURAND;Lila;2016-03-09;${one};CE2;CE2 A`,
    `DURAND;Lila;2016-03-09;${one};CE2;CE2 A`,
    `DURAND;Lila;2016-03-09;${other};CE2;CE2 A`,
  );
  expect(report).toMatchObject({ state: 'COMPLETED', peopleCreated: 2 });
  // Classes change: each keeps its identity by its number.
  const before = await pupils();
  await onde(
    '2025-09-16',
    `DURAND;Lila;2016-03-09;${other};CM1;CM1 B`,
    `DURAND;Lila;2016-03-09;${one};CM1;CM1 A`,
  );
  expect((await pupils()).map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
});
