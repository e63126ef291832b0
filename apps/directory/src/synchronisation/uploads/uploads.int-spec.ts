import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Caller } from '#libs/identity';
import { callerOf } from '#libs/testing';
import { zip } from '../../../test/archives.test-support.js';
import { academy, caller, ImportBed, uaiA, uaiB } from '../../../test/import-bed.test-support.js';
import { DeclaredSources } from '../declared-sources/declared-sources.pg.js';
import { schoolsSeen } from '../schools-seen.js';
import { BeginUpload } from './begin-upload.js';
import { CancelUpload } from './cancel-upload.js';
import { CompleteUpload } from './complete-upload.js';
import { SendUpload } from './send-upload.js';
import { UploadFiles } from './upload-files.js';
import { Uploads } from './uploads.pg.js';

jest.setTimeout(120_000);

/**
 * Goal: what somebody sends becomes an import or leaves nothing, and a head delivers the own school alone (DIR-5). Method:
 * the use cases on a real database and a real folder; a limit of 1 MB stands for the one of the setting.
 */
const bytesMax = 1_000_000;
const head = (uai: string) => callerOf({ userId: `head-${uai}`, roles: ['school'], uais: [uai] });

let bed: ImportBed;
beforeAll(async () => {
  bed = await ImportBed.start();
  const { declare } = bed.parts();
  await declare.execute({ ...academy, profiles: ['PERSONNEL'] }, caller);
  await bed.generate('schools');
  await bed.import('schools');
  const onde = { kind: 'ONDE', title: 'ONDE', academyCode: '', priority: 20 } as const;
  await declare.execute({ ...academy, ...onde, sourceCode: 'onde' }, caller);
  await declare.execute({ ...academy, ...onde, kind: 'ENT_CSV', sourceCode: 'csv' }, caller);
});
afterAll(() => bed.stop());

function parts() {
  const uploads = new Uploads(bed.db.database);
  const area = new UploadFiles(bed.root);
  const { files, start } = bed.parts();
  const sources = new DeclaredSources(bed.db.database);
  return {
    ...{ uploads, area },
    begin: new BeginUpload(bed.db.unitOfWork, sources, uploads, area, bytesMax),
    send: new SendUpload(uploads, area),
    complete: new CompleteUpload(uploads, area, files, start),
    cancel: new CancelUpload(uploads, area),
  };
}

type Sent = { fileName: string; content: Buffer };
const lying = () => readdirSync(bed.root, { recursive: true, encoding: 'utf8' }).sort();

async function begun(by: Caller, input: { uai?: string; source?: string; datedOn?: string } = {}) {
  const { uai = '', source = 'onde', datedOn = '2022-09-02' } = input;
  const asked = { sourceCode: source, uai, datedOn, planOnly: false, caller: by };
  return (await parts().begin.execute(asked)).uploadId;
}

async function sendWhole(uploadId: string, { fileName, content }: Sent, by: Caller, piece = 300) {
  for (let offset = 0; offset === 0 || offset < content.length; offset += piece) {
    const end = offset + piece;
    const part = { content: content.subarray(offset, end), last: end >= content.length };
    await parts().send.execute(uploadId, { fileName, offset, ...part }, by);
  }
}

async function deliver(files: Sent[], by: Caller, input: Parameters<typeof begun>[1] = {}) {
  const uploadId = await begun(by, input);
  for (const file of files) await sendWhole(uploadId, file, by);
  return parts().complete.execute(uploadId, by);
}

const pupils = (count: number, name = 'DURAND'): Sent => ({
  fileName: 'CSVExtraction.csv',
  content: Buffer.from(
    [
      'Nom élève;Prénom élève;Date naissance;Niveau;Libellé classe;Identifiant classe',
      ...Array.from(
        { length: count },
        (_, n) => `${name};Lila ${'abcdefghijklmnopqrst'[n]};2016-03-09;CE2;CE2;8`,
      ),
    ].join('\n'),
  ),
});

test('an archive that comes in pieces is imported; the same again is the same import, and nothing of either stays', async () => {
  const { files } = await bed.generate('export', { exportedOn: '2022-09-03' });
  const packed = files.map((name) => ({
    name,
    content: readFileSync(join(bed.root, 'export', name)),
  }));
  await bed.parts().files.remove('export');
  const archive = { fileName: 'Complet 2022.zip', content: await zip(packed) };
  const aaf = { source: 'aaf1d-nantes' };
  const uploadId = await begun(caller, aaf);
  await sendWhole(uploadId, archive, caller, 20_000);
  const { importId } = await parts().complete.execute(uploadId, caller);
  expect(
    await parts()
      .complete.execute(uploadId, caller)
      .catch((error: unknown) => error),
  ).toMatchObject({
    code: 'UPLOAD_UNKNOWN',
  });
  // While it waits, the same files are the same import, and stay for it.
  const again = await begun(caller, aaf);
  await sendWhole(again, archive, caller, 30_000);
  expect(await parts().complete.execute(again, caller)).toEqual({ importId });
  const { worker, imports } = bed.parts();
  await worker.runNext();
  expect(await imports.get(importId)).toMatchObject({
    state: 'COMPLETED',
    folder: expect.stringMatching(/^_envois\/aaf1d-nantes\/[0-9a-f]{32}\/Complet-2022\.zip$/),
  });
  expect(lying()).toEqual([]);
});

test('what is refused, given up or forgotten leaves nothing', async () => {
  const { send, complete, cancel } = parts();
  const file = { fileName: 'a.csv', last: false };
  // Beyond the limit nothing more is taken, however it is cut.
  const large = await begun(caller);
  const half = Buffer.alloc(500_000);
  await send.execute(large, { ...file, offset: 0, content: half }, caller);
  await send.execute(large, { ...file, offset: 500_000, content: half }, caller);
  for (const fileName of ['a.csv', 'b.csv']) {
    const piece = { fileName, offset: fileName === 'a.csv' ? bytesMax : 0, last: true };
    const asked = send.execute(large, { ...piece, content: Buffer.alloc(1) }, caller);
    await expect(asked).rejects.toMatchObject({ code: 'UPLOAD_BEYOND_LIMIT' });
  }
  // A file without a byte, whatever came before it.
  const empty = { fileName: 'vide.csv', offset: 0, content: Buffer.alloc(0), last: true };
  await expect(send.execute(large, empty, caller)).rejects.toMatchObject({
    code: 'UPLOAD_FILE_REFUSED',
  });
  // Announced, it is refused before anything is sent.
  const announced = { sourceCode: 'onde', uai: '', datedOn: '', planOnly: true, caller };
  const asked = parts().begin.execute({ ...announced, bytes: bytesMax + 1 });
  await expect(asked).rejects.toMatchObject({ code: 'UPLOAD_BEYOND_LIMIT' });
  // A piece that is missing, or comes twice; a file that is not whole; another person's upload.
  for (const offset of [0, 999_999]) {
    const asked = send.execute(large, { ...file, offset, content: Buffer.alloc(1) }, caller);
    await expect(asked).rejects.toMatchObject({ code: 'UPLOAD_OUT_OF_ORDER' });
  }
  await expect(complete.execute(large, caller)).rejects.toMatchObject({
    code: 'UPLOAD_INCOMPLETE',
  });
  const other = callerOf({ userId: 'other', roles: ['support-2'] });
  for (const refused of [complete, cancel])
    await expect(refused.execute(large, other)).rejects.toMatchObject({ code: 'UPLOAD_UNKNOWN' });
  await cancel.execute(large, caller);
  expect(lying()).toEqual([]);
  // No export at all: told, and gone.
  const nothing = { fileName: 'a.csv', content: Buffer.from('a;b\n1;2') };
  await expect(deliver([nothing], caller, { uai: uaiA })).rejects.toMatchObject({
    code: 'SOURCE_UNREADABLE',
  });
  expect(lying()).toEqual([]);
  // Three at a time; a process that died leaves them, and an hour later they go.
  const left = [await begun(other), await begun(other), await begun(other)];
  await expect(begun(other)).rejects.toMatchObject({ code: 'UPLOADS_TOO_MANY' });
  await send.execute(left[0]!, { ...file, offset: 0, content: half }, other);
  await cancel.sweep(new Date());
  expect(lying()).toHaveLength(4);
  await cancel.sweep(new Date(Date.now() + 3_600_001));
  expect([lying(), await bed.count('upload')]).toEqual([[], 0]);
});

test('SUP-1: who may not deliver any more completes nothing that was begun before, and sends no more of it', async () => {
  const { send, complete, cancel } = parts();
  const user = { userId: 'moved' } as const;
  const agent = callerOf({ ...user, roles: ['support-2'] });
  const ofAgent = await begun(agent, { uai: uaiA });
  const ofHead = await begun(callerOf({ ...user, roles: ['school'], uais: [uaiA] }), { uai: uaiA });
  for (const uploadId of [ofAgent, ofHead]) await sendWhole(uploadId, pupils(2), agent);
  // The same person is head of another school now.
  const moved = callerOf({ ...user, roles: ['school'], uais: [uaiB] });
  const piece = { fileName: 'b.csv', offset: 0, content: Buffer.alloc(1), last: false };
  for (const uploadId of [ofAgent, ofHead]) {
    const unknown = { code: 'UPLOAD_UNKNOWN' };
    await expect(send.execute(uploadId, piece, moved)).rejects.toMatchObject(unknown);
    await expect(complete.execute(uploadId, moved)).rejects.toMatchObject(unknown);
    await cancel.execute(uploadId, moved);
  }
  expect(lying()).toEqual([]);
});

test('DIR-5: a head sends the own school’s tables alone, looks before anything is applied, and decides within the thresholds', async () => {
  const [own, neighbour] = [head(uaiA), head(uaiB)];
  for (const input of [{ uai: uaiB }, { uai: '' }, { uai: uaiA, source: 'aaf1d-nantes' }])
    await expect(begun(own, input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const { importId } = await deliver([pupils(15)], own, { uai: uaiA });
  const { worker, imports } = bed.parts();
  await worker.runNext();
  const seenBy = (who: Caller) => imports.get(importId, schoolsSeen(who));
  expect(await seenBy(own)).toMatchObject({ state: 'HELD', planOnly: true, peopleApplied: 0 });
  expect(await bed.count('delivered_person')).toBeGreaterThanOrEqual(15);
  await expect(seenBy(neighbour)).rejects.toMatchObject({ code: 'IMPORT_UNKNOWN' });
  const page = { source: '', seen: schoolsSeen(neighbour) };
  expect(await imports.list(page, 10, undefined)).toEqual([]);
  const decide = (who: Caller, of: string) =>
    bed.parts().decide.execute({
      ...{ of: { importId: of }, verdict: 'APPROVED', reason: 'APERCU_VERIFIE', caller: who },
    });
  const { planId } = await seenBy(own);
  const asNeighbour = bed.parts().decide.execute({
    ...{ of: { planId }, verdict: 'REJECTED', reason: 'AUTRE', caller: neighbour },
  });
  await expect(asNeighbour).rejects.toMatchObject({ code: 'IMPORT_UNKNOWN' });
  await decide(own, importId);
  await worker.runNext();
  expect(await seenBy(own)).toMatchObject({ state: 'COMPLETED', peopleCreated: 15 });
  // Twelve of fifteen gone is not for the head to approve.
  const fewer = await deliver([pupils(3)], own, { uai: uaiA, datedOn: '2022-09-05' });
  await worker.runNext();
  expect(await imports.get(fewer.importId)).toMatchObject({ state: 'HELD', peopleRemoved: 0 });
  await expect(decide(own, fewer.importId)).rejects.toMatchObject({
    code: 'DECISION_ABOVE_THRESHOLD',
  });
  await decide(caller, fewer.importId);
  await worker.runNext();
  expect(await imports.get(fewer.importId)).toMatchObject({
    state: 'COMPLETED',
    peopleRemoved: 12,
  });
  // The first file again, as what is true of a later day, undoes it: it is not the import that it once was.
  const anew = await deliver([pupils(15)], own, { uai: uaiA, datedOn: '2022-09-06' });
  await worker.runNext();
  expect(anew.importId).not.toBe(importId);
  expect((await bed.decide(anew.importId, 'APPROVED')).peopleChanged).toBe(12);
});

test('DIR-5: what a head’s tables say of another school counts for nothing', async () => {
  const own = head(uaiA);
  const table = [
    'UAI;Nom;Prénom;Date naissance;Classe',
    `${uaiA};MARTIN;Zoé;2016-01-02;CP`,
    `${uaiB};MARTIN;Ana;2015-01-02;CE1`,
  ].join('\n');
  const file = { fileName: 'Eleves.csv', content: Buffer.from(table) };
  const { importId } = await deliver([file], own, { uai: uaiA, source: 'csv' });
  const { worker, imports } = bed.parts();
  await worker.runNext();
  expect((await imports.get(importId)).remarks.map(({ code }) => code)).toContain(
    'OUTSIDE_PERIMETER',
  );
  expect(Object.keys(await bed.schoolStates(importId))).toEqual([uaiA]);
});

test('an upload that is completed twice at once is one import, and who was second is told', async () => {
  const uploadId = await begun(caller, { uai: uaiA });
  await sendWhole(uploadId, pupils(2, 'DEUXFOIS'), caller);
  const { complete } = parts();
  const both = [complete.execute(uploadId, caller), complete.execute(uploadId, caller)];
  const ends = await Promise.allSettled(both);
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(ends).toContainEqual({
    status: 'rejected',
    reason: expect.objectContaining({ code: 'UPLOAD_UNKNOWN' }),
  });
  const { worker } = bed.parts();
  while (await worker.runNext());
  expect(lying()).toEqual([]);
});

test('the same file that two people send at once is one import, and nothing of either stays', async () => {
  const [one, two] = ['one', 'two'].map((userId) => callerOf({ userId, roles: ['support-2'] }));
  const file = pupils(3, 'ENSEMBLE');
  const ends = await Promise.allSettled(
    [one!, two!].map((who) => deliver([file], who, { uai: uaiA })),
  );
  const imports = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.importId] : []));
  expect([ends.length, imports.length, new Set(imports).size]).toEqual([2, 2, 1]);
  const { worker } = bed.parts();
  while (await worker.runNext());
  expect(lying()).toEqual([]);
});

test('a piece that comes twice at once is taken once, and what was cut goes on where it stood', async () => {
  const uploadId = await begun(caller, { uai: uaiA });
  const { fileName, content } = pupils(3, 'COUPE');
  const { uploads, area, send, complete, cancel } = parts();
  const piece = (offset: number, end: number) => ({
    ...{ fileName, offset, content: content.subarray(offset, end), last: end >= content.length },
  });
  await send.execute(uploadId, piece(0, 100), caller);
  // The answer was lost: sent again, it is told how much has come.
  await expect(send.execute(uploadId, piece(0, 100), caller)).rejects.toMatchObject({
    ...{ code: 'UPLOAD_OUT_OF_ORDER', details: { received: 100 } },
  });
  await expect(complete.execute(uploadId, caller)).rejects.toMatchObject({
    code: 'UPLOAD_INCOMPLETE',
  });
  const last = piece(100, content.length);
  const upload = await uploads.toGoOn(uploadId, caller);
  const ends = await Promise.allSettled([1, 2, 3].map(() => area.write(upload, last)));
  const refused = ends.flatMap((end) =>
    end.status === 'rejected' ? [end.reason as { code?: string }] : [],
  );
  expect(refused.length).toBeLessThan(3);
  for (const { code } of refused)
    expect(['UPLOAD_OUT_OF_ORDER', 'UPLOAD_FILE_REFUSED']).toContain(code);
  const sent = readdirSync(join(bed.root, `.upload-${uploadId}`));
  expect(sent).toEqual([fileName]);
  expect(readFileSync(join(bed.root, `.upload-${uploadId}`, fileName))).toEqual(content);
  await cancel.execute(uploadId, caller);
  expect(lying()).toEqual([]);
});

test('DIR-3: what lies there once it was sent whole is read, or refused where it is not that any more', async () => {
  const { importId } = await deliver([pupils(3, 'ECHANGE')], caller, { uai: uaiA });
  const [place = ''] = lying().filter((name) => name.endsWith('.csv'));
  writeFileSync(join(bed.root, place), pupils(2, 'AUTRE').content);
  const { worker, imports } = bed.parts();
  while (await worker.runNext());
  expect(await imports.get(importId)).toMatchObject({
    state: 'REFUSED',
    remarks: [{ code: 'DELIVERY_CHANGED' }],
  });
  expect([lying(), await bed.count(`stated_person where last_name = 'AUTRE'`)]).toEqual([[], 0]);
});

test('DIR-5: a plan is decided once, by who may still decide when they do', async () => {
  const own = head(uaiB);
  const { importId } = await deliver([pupils(4, 'DECIDE')], own, {
    uai: uaiB,
    datedOn: '2022-09-07',
  });
  const { worker, imports, decide } = bed.parts();
  while (await worker.runNext());
  const { planId, state } = await imports.get(importId, schoolsSeen(own));
  expect(state).toBe('HELD');
  const by = (who: Caller, verdict: 'APPROVED' | 'REJECTED' = 'APPROVED') =>
    decide.execute({ of: { planId }, verdict, reason: 'APERCU_VERIFIE', caller: who });
  // Read as head of this school, decided as head of another one, or of none.
  const moved = { ...own, uais: [uaiA] };
  const left = callerOf({ userId: own.userId, roles: ['school'], uais: [] });
  for (const who of [moved, left])
    for (const verdict of ['APPROVED', 'REJECTED'] as const)
      await expect(by(who, verdict)).rejects.toMatchObject({ code: 'IMPORT_UNKNOWN' });
  expect((await imports.get(importId)).state).toBe('HELD');
  const ends = await Promise.allSettled([by(own), by(caller, 'REJECTED'), by(own), by(caller)]);
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const end of ends)
    if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'IMPORT_NOT_HELD' });
  const lines = `platform.audit_entry where subject = 'import:${importId}' and action in ('import.approved', 'import.rejected')`;
  expect(await bed.count(lines)).toBe(1);
});
