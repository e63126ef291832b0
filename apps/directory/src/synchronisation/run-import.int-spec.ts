import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { Commands } from '#libs/commands';
import { ImportCompletedSchema, PersonChangedSchema, type PersonChanged } from '#libs/contracts';
import { PgBusinessDate, PgOutbox, StateDigests } from '#libs/messaging';
import { createLogger } from '#libs/observability';
import { freshDatabase, type FreshDatabase, callerOf } from '#libs/testing';
import { localDate } from '#libs/time';
import { realPublicSchools } from '../../../../test/support/data/schools.js';
import {
  generateAaf,
  type GenerateAafOptions,
} from '../../../../test/support/generator/generate-aaf.js';
import { EraseLeavers, ErasureDelay } from '../people/erase-leavers.js';
import { People } from '../people/people.pg.js';
import { PersonFacts } from '../people/person-facts.pg.js';
import { AafDirectorySource } from '../sources/directory.aaf-source.js';
import { ApproveImport } from './approve-import.js';
import { DeclareSource } from './declared-sources/declare-source.js';
import { DeclaredSources } from './declared-sources/declared-sources.pg.js';
import type { SourceDeclaration } from './domain/source-declaration.js';
import { DropFolder } from './drop-folder.js';
import { ImportFiles } from './import-files.js';
import { ImportWorker } from './import-worker.js';
import { ImportWorkspace } from './import-workspace.pg.js';
import { Imports } from './imports.pg.js';
import { RejectImport } from './reject-import.js';
import { RunImport } from './run-import.js';
import { StartImport } from './start-import.js';

jest.setTimeout(120_000);

const caller = callerOf({ userId: 'u-1', roles: ['support-2'] });

const sourceCode = 'aaf1d-nantes';
const academy: SourceDeclaration = {
  ...{ sourceCode, kind: 'AAF_1D', title: 'AAF de Nantes', academyCode: '17', priority: 10 },
  ...{ departments: [], uais: [], profiles: [], enabled: true },
};

const schools = realPublicSchools()
  .slice(0, 4)
  .map(({ uai }) => ({ uai, headcount: 90 }));
const [uaiA, uaiB] = schools.map(({ uai }) => uai) as [string, string];

/** Goal: an import on real PostgreSQL. Method: export folders from the generator, a worker called by hand, the outbox read as the topic would be. */
describe('importing an AAF-1D export', () => {
  let root: string;
  let db: FreshDatabase;
  let day: string;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'depot-'));
  });
  afterAll(() => rmSync(root, { recursive: true }));
  beforeEach(async () => {
    db = await freshDatabase('directory');
    await onDay('2022-09-01');
    await parts().declare.execute(academy, caller);
  });
  afterEach(() => db.drop());

  async function onDay(date: string): Promise<void> {
    day = date;
    await db.database.query('update platform.business_day set day = $1', [date]);
  }

  function parts(options: { batchPeople?: number; brakePercent?: number } = {}) {
    const { batchPeople = 150, brakePercent = 10 } = options;
    const source = new AafDirectorySource();
    const folder = new DropFolder(root);
    const imports = new Imports(db.database);
    const facts = new PersonFacts();
    const outbox = new PgOutbox();
    const commands = new Commands(db.unitOfWork, new PgBusinessDate(db.database));
    const workspace = new ImportWorkspace(db.database, outbox, facts, {
      batchPeople,
      ineKey: 'key-of-the-tests-only',
    });
    const runImport = new RunImport(source, folder, brakePercent);
    const logger = createLogger('test', 'fatal');
    const files = new ImportFiles(db.unitOfWork, imports, source, folder, logger);
    const worker = new ImportWorker(workspace, runImport, files, logger);
    const sources = new DeclaredSources(db.database);
    const start = new StartImport(commands, imports, sources, source, folder, files, worker);
    const reject = new RejectImport(commands, imports, files);
    const approve = new ApproveImport(commands, imports, worker);
    const people = new People(db.database);
    const erase = new EraseLeavers(people, facts, outbox, new ErasureDelay(90));
    const declare = new DeclareSource(commands, sources);
    return {
      declare,
      start,
      approve,
      reject,
      worker,
      imports,
      files,
      workspace,
      runImport,
      people,
      erase,
    };
  }

  const generate = (name: string, options: Partial<GenerateAafOptions> = {}) =>
    generateAaf({ seed: 3, schools, rentree: '2022-09-01', folder: join(root, name), ...options });

  async function importFolder(name: string, options: Parameters<typeof parts>[0] = {}) {
    const { start, worker, imports } = parts(options);
    const { importId } = await start.execute({ folder: name, sourceCode, caller });
    await worker.runNext();
    return imports.get(importId);
  }

  /** What the topics would carry, then an empty outbox. */
  async function emitted() {
    const { rows } = await db.database.query<{ type: string; key: string; value: Buffer | null }>(
      'with gone as (delete from platform.outbox returning id, type, key, value) select type, key, value from gone order by id',
    );
    const of = (suffix: string) => rows.filter(({ type }) => type.endsWith(`.${suffix}`));
    return {
      people: of('PersonChanged').map(({ value }) => fromBinary(PersonChangedSchema, value!)),
      structures: of('StructureChanged').length,
      completed: of('ImportCompleted').map(({ value }) =>
        fromBinary(ImportCompletedSchema, value!),
      ),
      erased: of('PersonErased').map(({ key }) => key),
    };
  }

  async function stored() {
    const { rows } = await db.database.query<{ text: string }>(
      `select concat_ws('|', p.source_key, p.last_name, p.left_on, e.profile, e.uai, e.starts_on, e.ends_on, e.class_id,
         (select count(*) from guardian_link l where p.person_id in (l.child_id, l.guardian_id))) as text
       from person p left join enrolment e using (person_id) order by 1`,
    );
    return rows.map(({ text }) => text);
  }
  const current = (person: PersonChanged) =>
    person.enrolments.filter(({ period }) => period!.endsOn === '').map(({ uai }) => uai);

  it('DIR-3: of two processes one runs an import, the other passes over it, and its files go once', async () => {
    await generate('shared-out');
    const [one, two] = [parts(), parts()];
    const { importId } = await one.start.execute({ folder: 'shared-out', sourceCode, caller });
    const ran = await Promise.all([one.worker.runNext(), two.worker.runNext()]);
    expect(ran.filter(Boolean)).toHaveLength(1);
    expect((await one.imports.get(importId)).state).toBe('COMPLETED');
    const { rows } = await db.database.query('select attempts from directory_import');
    expect(rows).toEqual([{ attempts: 1 }]);
    await Promise.all([one.files.sweep(new Date()), two.files.sweep(new Date())]);
    expect(existsSync(join(root, 'shared-out'))).toBe(false);
    expect([await one.worker.runNext(), await two.worker.runNext()]).toEqual([false, false]);
  });

  it('brings in everybody once, with links, classes and dated places, and tells how many events there are', async () => {
    const written = await generate('first');
    const report = await importFolder('first');
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
    const { people, structures, completed } = await emitted();
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

  it('gives a digest that a copy made from the events computes alike, and counts by school', async () => {
    const written = await generate('digest');
    await importFolder('digest');
    const { people } = await emitted();
    const sum = people
      .map(({ personId, revision }) =>
        createHash('md5').update(`${personId}:${revision}`).digest('hex').slice(0, 15),
      )
      .reduce((total, hex) => total + BigInt(`0x${hex}`), 0n);
    const owner = new StateDigests(db.database, [
      { topic: 'people', table: 'person', key: 'person_id' },
    ]);
    expect(await owner.read()).toEqual([
      { topic: 'people', count: BigInt(people.length), digest: sum.toString() },
    ]);
    expect((await parts().people.count()).byProfile).toContainEqual({
      profile: 'STUDENT',
      count: written.pupils,
    });
  });

  it('DIR-1: the same content a second time changes nothing and tells of nobody; the same folder is the same import', async () => {
    await generate('once');
    cpSync(join(root, 'once'), join(root, 'twice'), { recursive: true });
    cpSync(join(root, 'once'), join(root, 'kept'), { recursive: true });
    const first = await importFolder('once');
    await emitted();
    const before = await stored();
    const second = await importFolder('twice');
    expect(second).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
    expect(await emitted()).toMatchObject({
      people: [],
      structures: 0,
      completed: [{ personEvents: 0, structureEvents: 0 }],
    });
    expect(await stored()).toEqual(before);
    // Laid down once more, it is the same import, which reads nothing any more.
    renameSync(join(root, 'kept'), join(root, 'once'));
    expect((await importFolder('once')).importId).toBe(first.importId);
    expect(existsSync(join(root, 'once'))).toBe(false);
  });

  it('DIR-2: a guardian of children in two schools is one person with a place in each', async () => {
    await generate('shared');
    await importFolder('shared');
    const { people } = await emitted();
    const across = people.filter(
      ({ enrolments, childIds }) =>
        childIds.length > 1 && new Set(enrolments.map(({ uai }) => uai)).size === 2,
    );
    expect(across.length).toBeGreaterThan(0);
    expect(new Set(people.map(({ personId }) => personId)).size).toBe(people.length);
  });

  it('DIR-2, DIR-4: a pupil who moves stays the same person, with the old place closed on the day of the import', async () => {
    await generate('before');
    await importFolder('before');
    const before = (await emitted()).people;
    await onDay('2022-09-20');
    await generate('after', {
      exportedOn: '2022-09-20',
      changes: [
        { kind: 'move', uai: uaiA, pupil: 5, toUai: uaiB, day: '2022-09-15' },
        { kind: 'enter', uai: uaiA, count: 2, day: '2022-09-12' },
      ],
    });
    const report = await importFolder('after');
    const { people } = await emitted();
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

  it('DIR-2: a pupil whose source identifier changed is found again by the INE', async () => {
    await generate('ine');
    cpSync(join(root, 'ine'), join(root, 'ine-2'), { recursive: true });
    await importFolder('ine');
    const { people } = await emitted();
    const pupil = people.find(({ guardianIds }) => guardianIds.length > 0)!;
    await db.asOwner(`update person_key set source_key = 'old' where person_id = $1`, [
      pupil.personId,
    ]);
    await db.database.query('update person set content_hash = null where person_id = $1', [
      pupil.personId,
    ]);
    await importFolder('ine-2');
    expect((await emitted()).people.map(({ personId }) => personId)).toEqual([pupil.personId]);
  });

  it('DIR-3: more than 10 % gone from a school holds the import, which changes nothing until it is approved', async () => {
    await generate('full');
    await importFolder('full');
    await emitted();
    const before = await stored();
    await onDay('2022-10-03');
    await generate('less', {
      exportedOn: '2022-10-03',
      changes: [{ kind: 'leave', uai: uaiA, count: 30, day: '2022-10-01' }],
    });
    const held = await importFolder('less');
    expect(held.state).toBe('HELD');
    expect(held.remarks.find(({ code }) => code === 'BRAKE')!.message).toContain(uaiA);
    expect(await stored()).toEqual(before);
    expect((await emitted()).completed).toEqual([]);
    const { approve, worker, imports, people } = parts();
    expect(await worker.runNext()).toBe(false);
    await approve.execute({
      importId: held.importId,
      reason: 'FERMETURE_ECOLE SUP-12',
      caller,
    });
    await worker.runNext();
    const done = (await imports.get(held.importId))!;
    expect(done.state).toBe('COMPLETED');
    expect(done.peopleRemoved).toBeGreaterThanOrEqual(30);
    const events = await emitted();
    const leavers = events.people.filter((person) => current(person).length === 0);
    expect(leavers.length).toBe(done.peopleRemoved);
    expect(leavers.every(({ enrolments }) => enrolments[0]!.period!.endsOn === '2022-10-03')).toBe(
      true,
    );
    await expect(
      approve.execute({ importId: held.importId, reason: 'AUTRE', caller }),
    ).rejects.toMatchObject({ code: 'IMPORT_NOT_HELD' });
    expect((await people.count()).schools).toBe(4);
  });

  it('DIR-3: a truncated file removes nobody: the import is refused', async () => {
    await generate('whole');
    await importFolder('whole');
    await emitted();
    const before = await stored();
    const written = await generate('cut', { exportedOn: '2022-09-10' });
    truncateSync(join(root, 'cut', written.files[1]!), 30_000);
    const report = await importFolder('cut');
    expect(report).toMatchObject({ state: 'REFUSED', remarks: [{ code: 'SOURCE_UNREADABLE' }] });
    expect(await stored()).toEqual(before);
    expect((await emitted()).completed).toEqual([]);
  });

  it('an import that dies between two batches begins again and ends in the same state, with every event counted', async () => {
    await generate('crash');
    await importFolder('crash');
    await generate('crash');
    const expected = await stored();
    const whole = await emitted();
    await db.drop();
    db = await freshDatabase('directory');
    await onDay('2022-09-01');
    await parts().declare.execute(academy, caller);
    const { start, worker, imports, workspace, runImport } = parts({ batchPeople: 100 });
    const { importId } = await start.execute({ folder: 'crash', sourceCode, caller });
    const dying = (await workspace.open())!;
    let batches = 0;
    dying.applyBatch = new Proxy(dying.applyBatch.bind(dying), {
      apply: (target) => {
        if (++batches === 4) throw new Error('killed');
        return target();
      },
    });
    await expect(runImport.execute(dying)).rejects.toThrow('killed');
    await dying.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await onDay('2022-09-02');
    await worker.runNext();
    expect(await stored()).toEqual(expected);
    const { people, completed } = await emitted();
    expect((await imports.get(importId)).state).toBe('COMPLETED');
    expect(people).toHaveLength(whole.people.length);
    expect(completed[0]!.personEvents).toBe(people.length);
    // One identity each, and every link leads to somebody.
    const ids = new Set(people.map(({ personId }) => personId));
    expect(ids.size).toBe(people.length);
    expect(
      people
        .flatMap(({ guardianIds, childIds }) => [...guardianIds, ...childIds])
        .every((id) => ids.has(id)),
    ).toBe(true);
  });

  it('reads ISO-8859-15 to the same state as UTF-8', async () => {
    await generate('utf8');
    await importFolder('utf8');
    await emitted();
    await generate('latin9', { encoding: 'ISO-8859-15' });
    expect(await importFolder('latin9')).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
  });

  it('SUP-4: a leaver is erased when the delay is over, and its relatives lose the link', async () => {
    await generate('here');
    await importFolder('here');
    await emitted();
    await onDay('2022-10-03');
    await generate('gone', {
      exportedOn: '2022-10-03',
      changes: [{ kind: 'leave', uai: uaiA, count: 3, day: '2022-10-01' }],
    });
    const report = await importFolder('gone');
    const left = (await emitted()).people.filter((person) => current(person).length === 0);
    expect(report.state).toBe('COMPLETED');
    const { erase, people } = parts();
    const dayOf = async (date: string) => {
      await onDay(date);
      await db.unitOfWork.run((tx) => erase.onDay(tx, localDate(date)));
      return emitted();
    };
    expect((await dayOf('2022-12-31')).erased).toEqual([]);
    const due = await dayOf('2023-01-01');
    expect(due.erased.sort()).toEqual(left.map(({ personId }) => personId).sort());
    expect(
      due.people.every(({ childIds }) => !childIds.some((id) => due.erased.includes(id))),
    ).toBe(true);
    expect(await people.find(due.erased[0]!)).toBeUndefined();
  });

  it('DIR-4, SUP-4: whoever writes, a past place stays as it was, and nobody who is here is erased', async () => {
    await generate('present');
    await importFolder('present');
    await onDay('2022-10-03');
    await generate('later', {
      exportedOn: '2022-10-03',
      changes: [{ kind: 'leave', uai: uaiA, count: 3, day: '2022-10-01' }],
    });
    await importFolder('later');
    await onDay('2022-10-04');
    const before = await stored();
    const past = `where ends_on = '2022-10-03'`;
    for (const attack of [
      `update enrolment set ends_on = '2022-09-15' ${past}`,
      `update enrolment set starts_on = '2022-09-20' ${past}`,
      `update enrolment set class_label = 'CM2 B', level = 'CM2' ${past}`,
      `update enrolment set starts_on = '2022-08-01', ends_on = null ${past}`,
      'delete from person where left_on is null',
      `delete from person where person_id in (select person_id from enrolment where ends_on is null)`,
      // Each reason alone: a place that is not over, nobody said gone, gone today.
      `update person set left_on = '2022-09-15' where left_on is null; delete from person where left_on = '2022-09-15'`,
      `update person set left_on = null where left_on is not null; delete from person p where left_on is null
         and not exists (select from enrolment e where e.person_id = p.person_id and ends_on is null)`,
      `update person set left_on = '2022-10-04' where left_on is not null; delete from person where left_on = '2022-10-04'`,
    ]) {
      await expect(db.database.query(attack)).rejects.toMatchObject({ code: '23001' });
    }
    for (const attack of [
      `update enrolment set uai = '${uaiB}' ${past}`,
      `update enrolment set person_id = gen_random_uuid() ${past}`,
      `delete from enrolment ${past}`,
      `update person_key set person_id = gen_random_uuid()`,
      `update directory_import set started_on = '2022-09-01'`,
      `update directory_import set folder = 'other', fingerprint = 'other'`,
    ]) {
      await expect(db.database.query(attack)).rejects.toMatchObject({ code: '42501' });
    }
    expect(await stored()).toEqual(before);
  });

  describe('SUP-4: the files of an import', () => {
    const lying = () => readdirSync(root).sort();
    const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
    const emptied: Partial<GenerateAafOptions> = {
      exportedOn: '2022-10-03',
      changes: [{ kind: 'leave', uai: uaiA, count: 30, day: '2022-10-01' }],
    };
    beforeEach(() => {
      rmSync(root, { recursive: true });
      mkdirSync(root);
    });

    it('go when it has ended, completed, refused or rejected; not while a person is to decide', async () => {
      await generate('2022/whole');
      await importFolder('2022/whole');
      expect(lying()).toEqual([]);
      const cut = await generate('cut', { exportedOn: '2022-09-10' });
      truncateSync(join(root, 'cut', cut.files[1]!), 30_000);
      expect((await importFolder('cut')).state).toBe('REFUSED');
      expect(lying()).toEqual([]);
      await onDay('2022-10-03');
      await generate('less', emptied);
      const held = await importFolder('less');
      await parts().files.sweep(inHours(1_000));
      expect([held.state, lying()]).toEqual(['HELD', ['less']]);
      const { reject, start } = parts();
      await reject.execute({ importId: held.importId, reason: 'AUTRE', caller });
      expect(lying()).toEqual([]);
      await expect(start.execute({ folder: 'less', sourceCode, caller })).rejects.toMatchObject({
        code: 'FOLDER_UNKNOWN',
        message: expect.stringContaining('effacés'),
      });
    });

    it('go with the sweep where a kill left them; a new export under the same name stays', async () => {
      await generate('killed');
      await generate('young', { encoding: 'ISO-8859-15' });
      await generate('.draft.12', { encoding: 'ISO-8859-15' });
      await importFolder('killed');
      await generate('killed');
      const { files } = parts();
      await files.sweep(new Date());
      expect(lying()).toEqual(['.draft.12', 'young']);
      await generate('killed', { encoding: 'ISO-8859-15' });
      mkdirSync(join(root, '.removed-before'));
      await files.sweep(new Date());
      expect(lying()).toEqual(['.draft.12', 'killed', 'young']);
      await files.sweep(inHours(73));
      expect(lying()).toEqual([]);
    });

    it('of one import stay while another one reads them', async () => {
      await generate('2022/full');
      await importFolder('2022/full');
      await generate('2022/full', { exportedOn: '2022-09-02' });
      const { start, files, worker } = parts();
      await start.execute({ folder: '2022/full', sourceCode, caller });
      for (const name of ['2022', '2022/full', '2022/full/more']) await files.remove(name);
      await files.sweep(inHours(73));
      expect(readdirSync(join(root, '2022'))).toEqual(['full']);
      await worker.runNext();
      expect(lying()).toEqual([]);
    });

    it('that a link leads to outside the area stay: the link goes, and nothing is removed through one', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'elsewhere-'));
      try {
        await generate('export');
        renameSync(join(root, 'export'), join(outside, 'export'));
        symlinkSync(outside, join(root, 'way'));
        symlinkSync(join(outside, 'export'), join(root, 'linked'));
        const { files } = parts();
        expect((await importFolder('way/export')).state).toBe('COMPLETED');
        expect((await importFolder('linked')).state).toBe('COMPLETED');
        expect(lying()).toEqual(['way']);
        await files.sweep(inHours(73));
        expect(lying()).toEqual([]);
        expect(readdirSync(join(outside, 'export')).length).toBeGreaterThan(3);
      } finally {
        rmSync(outside, { recursive: true });
      }
    });

    it('that could not be removed do not undo the import, and go later', async () => {
      await generate('stuck');
      const failing = jest
        .spyOn(DropFolder.prototype, 'setAside')
        .mockRejectedValueOnce(new Error('EACCES'));
      expect((await importFolder('stuck')).state).toBe('COMPLETED');
      failing.mockRestore();
      expect(lying()).toEqual(['stuck']);
      await parts().files.sweep(new Date());
      expect(lying()).toEqual([]);
    });
  });

  describe('DIR-5: a source is declared, never guessed from a file', () => {
    /** The same files without the comments that say whose they are and of which day. */
    async function withoutComments(name: string): Promise<void> {
      const { files } = await generate(name);
      for (const file of files) {
        const path = join(root, name, file);
        writeFileSync(path, readFileSync(path, 'utf8').replace(/<!--.*?-->\n/g, ''));
      }
    }

    it('an export that does not say whose it is brings nobody in a second time', async () => {
      await generate('said');
      await importFolder('said');
      await withoutComments('unsaid');
      const { start, worker, imports } = parts();
      await expect(start.execute({ folder: 'unsaid', sourceCode, caller })).rejects.toMatchObject({
        code: 'DELIVERY_UNDATED',
      });
      const datedOn = '2022-09-01';
      const { importId } = await start.execute({ folder: 'unsaid', sourceCode, datedOn, caller });
      await worker.runNext();
      expect(await imports.get(importId)).toMatchObject({
        ...{ state: 'COMPLETED', source: sourceCode, datedOn, peopleApplied: 0 },
      });
    });

    it('refuses what no declared source delivers, a disabled one, and files of somebody else', async () => {
      await generate('whose');
      const { start, declare } = parts();
      const of = (code: string) => start.execute({ folder: 'whose', sourceCode: code, caller });
      await expect(of('unknown')).rejects.toMatchObject({ code: 'SOURCE_UNDECLARED' });
      for (const [changed, code] of [
        [{ enabled: false }, 'SOURCE_DISABLED'],
        [{ academyCode: '14' }, 'SOURCE_MISMATCH'],
        [{ kind: 'ONDE' }, 'SOURCE_MISMATCH'],
      ] as const) {
        await declare.execute({ ...academy, ...changed }, caller);
        await expect(of(sourceCode)).rejects.toMatchObject({ code });
      }
      await declare.execute(academy, caller);
      expect(await of(sourceCode)).toMatchObject({ importId: expect.any(String) });
    });
  });

  it('FOLDER_UNKNOWN: refuses a folder outside the drop area', async () => {
    mkdirSync(join(root, 'empty'), { recursive: true });
    const { start } = parts();
    await expect(start.execute({ folder: '../etc', sourceCode, caller })).rejects.toMatchObject({
      code: 'FOLDER_UNKNOWN',
    });
    await expect(start.execute({ folder: 'empty', sourceCode, caller })).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
    });
    expect(day).toBe('2022-09-01');
  });
});
