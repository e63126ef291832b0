import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { ImportBed, uaiA } from '../../../test/import-bed.test-support.js';

jest.setTimeout(120_000);

/**
 * Goal: an export whose last file of an entity was lost, which no number of it tells, ends nobody (DIR-3). Method: at the
 * rentrée, whose threshold lets most of a school go, an export in parts comes again without one of them.
 */
let before: ImportBed;
let bed: ImportBed;
beforeAll(async () => {
  before = await ImportBed.withEverybody();
});
beforeEach(async () => {
  bed = await before.copy();
  await bed.onDay('2022-09-08');
});
afterEach(() => bed.stop());
afterAll(() => before.stop());

test.each(['PersRelEleve', 'Eleve'])(
  'DIR-3: an export that lost its last file of %s waits for a person as a whole, whatever the season',
  async (entity) => {
    const stored = await bed.stored();
    const { files } = await bed.generate('torn', { exportedOn: '2022-09-08', entriesPerPart: 200 });
    const lost = files.filter((file) => file.includes(`_${entity}_`)).at(-1)!;
    expect(lost).not.toMatch(/_0000\.xml$/);
    rmSync(join(bed.root, 'torn', lost));
    const report = await bed.import('torn');
    expect(report).toMatchObject({ state: 'HELD', peopleApplied: 0 });
    expect(await bed.stored()).toEqual(stored);
    const whole = await bed.db.database.column<string>(
      `select subject from remark_line where import_id = $1 and code = 'BRAKE'`,
      [report.importId],
    );
    expect(whole).toContainEqual(
      expect.stringMatching(
        /^toutes les écoles : personnes absentes que d’autres fiches nomment encore \d+ sur \d+$/,
      ),
    );
    await bed.generate('whole', { exportedOn: '2022-09-09' });
    expect(await bed.import('whole')).toMatchObject({ state: 'COMPLETED', peopleRemoved: 0 });
  },
);

test('DIR-3: an export that has nearly nobody of the staff waits for a person as a whole', async () => {
  const stored = await bed.stored();
  const { files } = await bed.generate('no-staff', { exportedOn: '2022-09-08' });
  bed.edit(
    'no-staff',
    files.filter((file) => file.includes('_PersEducNat_')),
    (text) => {
      const [first, , ...more] = text.split(/(?=<addRequest>)/);
      return `${first}${more.at(-1)}`;
    },
  );
  const report = await bed.import('no-staff');
  expect(report).toMatchObject({ state: 'HELD', peopleApplied: 0 });
  expect(await bed.stored()).toEqual(stored);
});

test('DIR-3: families that leave at the rentrée are named by nobody, and leave without a click', async () => {
  const changes = [{ kind: 'leave' as const, uai: uaiA, count: 40, day: '2022-09-07' }];
  await bed.generate('less', { changes, exportedOn: '2022-09-08' });
  const report = await bed.import('less');
  expect(report.state).toBe('COMPLETED');
  expect(report.peopleRemoved).toBeGreaterThan(40);
});
