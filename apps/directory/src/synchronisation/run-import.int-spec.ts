import { cpSync, existsSync, renameSync, truncateSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { StateDigests } from '#libs/messaging';
import { caller, ImportBed, sourceCode, uaiA, uaiB } from '../../test/import-bed.test-support.js';

jest.setTimeout(120_000);

/** Goal: an import on real PostgreSQL, from the files to the events. */
describe('importing an AAF-1D export', () => {
  let bed: ImportBed;
  beforeEach(async () => {
    bed = await ImportBed.start();
  });
  afterEach(() => bed.stop());

  test('DIR-3: of two processes one runs an import, the other passes over it, and its files go once', async () => {
    await bed.generate('shared-out');
    const [one, two] = [bed.parts(), bed.parts()];
    const { importId } = await one.start.execute({ folder: 'shared-out', sourceCode, caller });
    const ran = await Promise.all([one.worker.runNext(), two.worker.runNext()]);
    expect(ran.filter(Boolean)).toHaveLength(1);
    expect((await one.imports.get(importId)).state).toBe('COMPLETED');
    const { rows } = await bed.db.database.query('select attempts from directory_import');
    expect(rows).toEqual([{ attempts: 1 }]);
    await Promise.all([one.files.sweep(new Date()), two.files.sweep(new Date())]);
    expect(existsSync(join(bed.root, 'shared-out'))).toBe(false);
    expect([await one.worker.runNext(), await two.worker.runNext()]).toEqual([false, false]);
  });

  test('brings in everybody once, with links, classes and dated places, and tells how many events there are', async () => {
    const written = await bed.generate('first');
    const report = await bed.import('first');
    const total = written.pupils + written.guardians + written.staff;
    expect(report).toMatchObject({
      state: 'COMPLETED',
      entriesRead: total + written.structures,
      peopleCreated: total,
      peopleApplied: total,
      peopleRemoved: 0,
      structures: 4,
      remarks: [],
    });
    const { people, structures, completed } = await bed.emitted();
    expect([people.length, structures]).toEqual([total, 4]);
    expect(completed).toMatchObject([
      { personEvents: total, structureEvents: 4, datedOn: '2022-09-01' },
    ]);
    const byId = new Map(people.map((person) => [person.personId, person]));
    const pupil = people.find(({ guardianIds }) => guardianIds.length === 2)!;
    expect(pupil.enrolments).toHaveLength(1);
    expect(pupil.enrolments[0]).toMatchObject({
      period: { endsOn: '' },
      level: expect.any(String),
    });
    expect(pupil.enrolments[0]!.classId).not.toBe('');
    for (const id of pupil.guardianIds) expect(byId.get(id)!.childIds).toContain(pupil.personId);
    expect(people.filter(({ enrolments }) => enrolments.some(({ head }) => head))).toHaveLength(4);
  });

  test('gives a digest that a copy made from the events computes alike, and counts by school', async () => {
    const written = await bed.generate('digest');
    await bed.import('digest');
    const { people } = await bed.emitted();
    const sum = people
      .map(({ personId, revision }) =>
        createHash('md5').update(`${personId}:${revision}`).digest('hex').slice(0, 15),
      )
      .reduce((total, hex) => total + BigInt(`0x${hex}`), 0n);
    const owner = new StateDigests(bed.db.database, [
      { topic: 'people', table: 'person', key: 'person_id' },
    ]);
    expect(await owner.read()).toEqual([
      { topic: 'people', count: BigInt(people.length), digest: sum.toString() },
    ]);
    expect((await bed.parts().people.count()).byProfile).toContainEqual({
      profile: 'STUDENT',
      count: written.pupils,
    });
  });

  test('DIR-1: the same content a second time changes nothing and tells of nobody; the same folder is the same import', async () => {
    await bed.generate('once');
    cpSync(join(bed.root, 'once'), join(bed.root, 'twice'), { recursive: true });
    cpSync(join(bed.root, 'once'), join(bed.root, 'kept'), { recursive: true });
    const first = await bed.import('once');
    await bed.emitted();
    const before = await bed.stored();
    const second = await bed.import('twice');
    expect(second).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
    expect(await bed.emitted()).toMatchObject({
      people: [],
      structures: 0,
      completed: [{ personEvents: 0, structureEvents: 0 }],
    });
    expect(await bed.stored()).toEqual(before);
    // Laid down once more, it is the same import, which reads nothing any more.
    renameSync(join(bed.root, 'kept'), join(bed.root, 'once'));
    expect((await bed.import('once')).importId).toBe(first.importId);
    expect(existsSync(join(bed.root, 'once'))).toBe(false);
  });

  test('DIR-2: a guardian of children in two schools is one person with a place in each', async () => {
    await bed.generate('shared');
    await bed.import('shared');
    const { people } = await bed.emitted();
    const across = people.filter(
      ({ enrolments, childIds }) =>
        childIds.length > 1 && new Set(enrolments.map(({ uai }) => uai)).size === 2,
    );
    expect(across.length).toBeGreaterThan(0);
    expect(new Set(people.map(({ personId }) => personId)).size).toBe(people.length);
  });

  test('DIR-2, DIR-4: a pupil who moves stays the same person, with the old place closed on the day of the import', async () => {
    await bed.generate('before');
    await bed.import('before');
    const before = (await bed.emitted()).people;
    await bed.onDay('2022-09-20');
    await bed.generate('after', {
      exportedOn: '2022-09-20',
      changes: [
        { kind: 'move', uai: uaiA, pupil: 5, toUai: uaiB, day: '2022-09-15' },
        { kind: 'enter', uai: uaiA, count: 2, day: '2022-09-12' },
      ],
    });
    const report = await bed.import('after');
    const { people } = await bed.emitted();
    const moved = people.find(
      ({ enrolments }) =>
        enrolments.some(({ profile }) => profile === 1) && enrolments.length === 2,
    )!;
    expect(before.map(({ personId }) => personId)).toContain(moved.personId);
    expect(moved).toMatchObject({ revision: 2, importId: report.importId });
    expect(moved.enrolments.map(({ uai, period }) => [uai, period!.endsOn])).toEqual([
      [uaiA, '2022-09-20'],
      [uaiB, ''],
    ]);
    expect(moved.enrolments[1]!.period!.startsOn).toBe('2022-09-15');
    expect(report.peopleRemoved).toBe(0);
    // Nobody else than those concerned: the moved pupil, the new ones, and their guardians.
    expect(people.length).toBeLessThan(12);
  });

  test('DIR-2: a pupil whose source identifier changed is found again by the INE', async () => {
    await bed.generate('ine');
    await bed.import('ine');
    const { people } = await bed.emitted();
    const pupil = people.find(({ guardianIds }) => guardianIds.length > 0)!;
    const { files } = await bed.generate('ine-2');
    bed.edit('ine-2', files, (text) => text.replaceAll(pupil.sourceKey, '999000001'));
    const report = await bed.import('ine-2');
    expect(report).toMatchObject({ state: 'COMPLETED', peopleCreated: 0, peopleRemoved: 0 });
    const told = (await bed.emitted()).people;
    expect(told.map(({ personId }) => personId).sort()).toEqual(
      [pupil.personId, ...pupil.guardianIds].sort(),
    );
    expect(
      told.flatMap(({ enrolments }) => enrolments).every(({ period }) => !period!.endsOn),
    ).toBe(true);
    for (const reason of ['KEY_CHANGED', 'MATCHED'])
      expect(await bed.count(`plan_change where reason = '${reason}' and kind = 'CHANGE'`)).toBe(1);
  });

  test('DIR-3: a truncated file removes nobody: the import is refused', async () => {
    await bed.generate('whole');
    await bed.import('whole');
    await bed.emitted();
    const before = await bed.stored();
    const written = await bed.generate('cut', { exportedOn: '2022-09-08' });
    truncateSync(join(bed.root, 'cut', written.files[1]!), 30_000);
    const report = await bed.import('cut');
    expect(report).toMatchObject({ state: 'REFUSED', remarks: [{ code: 'SOURCE_UNREADABLE' }] });
    expect(await bed.stored()).toEqual(before);
    expect((await bed.emitted()).completed).toEqual([]);
  });

  test('DIR-5: whoever writes, nothing is stated by a source that is not declared, nobody is in a school that is not there', async () => {
    const person = `insert into person (person_id, source, source_key, last_name, first_name, revision)
      values ('00000000-0000-4000-8000-000000000001', '${sourceCode}', '1', 'Montcourt', 'Zoé', 1)`;
    const stated = (source: string) =>
      `insert into stated_person (source, source_key, person_id, entity, last_name, first_name, digest, dated_on)
       select '${sourceCode}', '1', person_id, 3, last_name, first_name, person_id, '2022-09-01'::date from person
       union all select '${source}', '2', person_id, 3, last_name, first_name, person_id, '2022-09-01' from person`;
    await bed.db.database.query(person);
    for (const [attack, says] of [
      [stated('other'), 'source other'],
      [`insert into held_statement values ('other', 1, '1', null, '{}', '{}')`, 'source other'],
      [
        `insert into enrolment (person_id, profile, uai, starts_on)
         select person_id, 'PERSONNEL', '${uaiA}', '2022-09-01' from person`,
        `school ${uaiA}`,
      ],
    ] as const) {
      await expect(bed.db.database.query(attack)).rejects.toMatchObject({
        code: '23503',
        message: expect.stringContaining(says),
      });
    }
    await bed.db.database.query(stated(sourceCode));
    await expect(
      bed.db.database.query(`update stated_person set source = 'other'`),
    ).rejects.toMatchObject({ code: '42501' });
  });

  test('reads ISO-8859-15 to the same state as UTF-8', async () => {
    await bed.generate('utf8');
    await bed.import('utf8');
    await bed.emitted();
    await bed.generate('latin9', { encoding: 'ISO-8859-15' });
    expect(await bed.import('latin9')).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
  });

  test('DIR-4, SUP-4: whoever writes, a past place stays as it was, and nobody who is here is erased', async () => {
    await bed.generate('present');
    await bed.import('present');
    await bed.onDay('2022-10-03');
    await bed.generate('later', {
      exportedOn: '2022-10-03',
      changes: [{ kind: 'leave', uai: uaiA, count: 3, day: '2022-10-01' }],
    });
    await bed.import('later');
    await bed.onDay('2022-10-04');
    const before = await bed.stored();
    const past = `where ends_on = '2022-10-03'`;
    for (const attack of [
      `update enrolment set ends_on = '2022-09-15' ${past}`,
      `update enrolment set starts_on = '2022-09-20' ${past}`,
      `update enrolment set class_label = 'CM2 B', level = 'CM2' ${past}`,
      `update enrolment set starts_on = '2022-08-01', ends_on = null ${past}`,
      `delete from enrolment ${past}`,
      `update person_key set person_id = gen_random_uuid()`,
      'delete from person where left_on is null',
      `delete from person where person_id in (select person_id from enrolment where ends_on is null)`,
      // Each reason alone: a place that is not over, nobody said gone, gone today.
      `update person set left_on = '2022-09-15' where left_on is null; delete from person where left_on = '2022-09-15'`,
      `update person set left_on = null where left_on is not null; delete from person p where left_on is null
         and not exists (select from enrolment e where e.person_id = p.person_id and ends_on is null)`,
      `update person set left_on = '2022-10-04' where left_on is not null; delete from person where left_on = '2022-10-04'`,
    ]) {
      await expect(bed.db.database.query(attack)).rejects.toMatchObject({ code: '23001' });
    }
    for (const attack of [
      `update enrolment set uai = '${uaiB}' ${past}`,
      `update enrolment set person_id = gen_random_uuid() ${past}`,
      `update directory_import set started_on = '2022-09-01'`,
      `update directory_import set folder = 'other', fingerprint = 'other'`,
    ]) {
      await expect(bed.db.database.query(attack)).rejects.toMatchObject({ code: '42501' });
    }
    expect(await bed.stored()).toEqual(before);
  });
});
