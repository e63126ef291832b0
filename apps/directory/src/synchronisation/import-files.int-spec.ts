import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import {
  caller,
  ImportBed,
  leaving,
  sourceCode,
  uaiA,
} from '../../test/import-bed.test-support.js';
import { DropFolder } from './drop-folder.js';

jest.setTimeout(120_000);

let bed: ImportBed;
beforeEach(async () => {
  bed = await ImportBed.start();
});
afterEach(() => bed.stop());

describe('SUP-4: the files of an import', () => {
  const lying = () => readdirSync(bed.root).sort();
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
  beforeEach(() => {
    rmSync(bed.root, { recursive: true });
    mkdirSync(bed.root);
  });

  test('go once they are read, whatever becomes of the import, or when it is refused', async () => {
    await bed.generate('2022/whole');
    await bed.import('2022/whole');
    expect(lying()).toEqual([]);
    const cut = await bed.generate('cut', { exportedOn: '2022-09-08' });
    truncateSync(join(bed.root, 'cut', cut.files[1]!), 30_000);
    expect((await bed.import('cut')).state).toBe('REFUSED');
    expect(lying()).toEqual([]);
    await bed.onDay('2022-10-03');
    await bed.generate('less', leaving(uaiA, 30));
    const held = await bed.import('less');
    expect([held.state, lying()]).toEqual(['HELD', []]);
    expect((await bed.decide(held.importId, 'REJECTED')).state).toBe('COMPLETED');
    const { start } = bed.parts();
    await expect(start.execute({ folder: 'less', sourceCode, caller })).rejects.toMatchObject({
      code: 'FOLDER_UNKNOWN',
      message: expect.stringContaining('effacés'),
    });
  });

  test('what they were called is forgotten a month after an import began that has ended, and nothing else is written there', async () => {
    const { database } = bed.db;
    const folders = async () => {
      const sql = 'select import_id, folder, state from directory_import order by started_at';
      return (await database.query(sql)).rows;
    };
    const forget = async (day: string) => {
      await bed.onDay(day);
      const { ended } = bed.parts();
      while (await ended.removeSome());
    };
    await bed.generate('Camille-Montcourt/export');
    const read = await bed.import('Camille-Montcourt/export');
    // The same files elsewhere: called by nothing, both would be one import.
    await bed.generate('Zoe.zip');
    const again = await bed.import('Zoe.zip');
    const reading = 'ldap/ldap-nantes/2022-09-01';
    await bed.db.asOwner(
      `insert into declared_source (source_code, kind, title, academy_code, priority, departments, uais, profiles, enabled, delivers_deltas)
       values ('ldap-nantes', 'LDAP', 'LDAP', '', 20, '{}', '{}', '{}', true, false)`,
    );
    await bed.db.asOwner(
      `insert into directory_import (import_id, folder, fingerprint, source, dated_on, state, started_on, started_at)
       values (gen_random_uuid(), '${reading}', 'r', 'ldap-nantes', '2022-09-01', 'COMPLETED', '2022-09-01', '2022-09-01')`,
    );
    await forget('2022-09-30');
    const called = async () => (await folders()).map(({ folder }) => folder);
    expect(await called()).toEqual([reading, 'Camille-Montcourt/export', 'Zoe.zip']);
    // As the service's role: neither sooner, nor otherwise, nor of one that has not ended.
    const rename = (importId: string, folder: string) =>
      database.query('update directory_import set folder = $2 where import_id = $1', [
        ...[importId, folder],
      ]);
    const refused = { code: '23001' };
    await expect(rename(read.importId, read.importId)).rejects.toMatchObject(refused);
    await bed.onDay('2022-10-01');
    await expect(rename(read.importId, 'another')).rejects.toMatchObject(refused);
    await expect(rename(read.importId, again.importId)).rejects.toMatchObject(refused);
    await forget('2022-10-01');
    expect(await called()).toEqual([reading, read.importId, again.importId]);
    await expect(rename(read.importId, 'Camille-Montcourt/export')).rejects.toMatchObject(refused);
    // The report says the rest, and the same files may come again under the same name.
    expect(await bed.parts().imports.get(read.importId)).toMatchObject({
      ...{ state: 'COMPLETED', peopleCreated: read.peopleCreated, folder: read.importId },
    });
    await bed.onDay('2022-10-03');
    await bed.generate('waits', leaving(uaiA, 30));
    const held = await bed.import('waits');
    await forget('2022-11-20');
    expect([held.state, (await called()).at(-1)]).toEqual(['HELD', 'waits']);
    await expect(rename(held.importId, held.importId)).rejects.toMatchObject(refused);
    await bed.decide(held.importId, 'REJECTED');
    await forget('2022-11-20');
    expect((await called()).at(-1)).toBe(held.importId);
    expect(await bed.parts().ended.removeSome()).toBe(false);
  });

  test('what was read of them goes when the import has ended, and not before', async () => {
    await bed.generate('whole');
    await bed.import('whole');
    const delivered = 'delivered_person';
    expect(await bed.count(delivered)).toBeGreaterThan(400);
    const { ended } = bed.parts();
    while (await ended.removeSome());
    for (const table of [delivered, 'delivered_place', 'delivered_link', 'delivered_structure'])
      expect([table, await bed.count(table)]).toEqual([table, 0]);
    await bed.onDay('2022-10-03');
    await bed.generate('less', leaving(uaiA, 30));
    const held = await bed.import('less');
    while (await ended.removeSome());
    expect(await bed.count(delivered)).toBeGreaterThan(400);
    await bed.decide(held.importId, 'REJECTED');
    while (await ended.removeSome());
    expect(await bed.count(delivered)).toBe(0);
  });

  test('go with the sweep where a kill left them; a new export under the same name stays', async () => {
    await bed.generate('killed');
    await bed.generate('young', { encoding: 'ISO-8859-15' });
    await bed.generate('.draft.12', { encoding: 'ISO-8859-15' });
    await bed.import('killed');
    await bed.generate('killed');
    const { files } = bed.parts();
    await files.sweep(new Date());
    expect(lying()).toEqual(['.draft.12', 'young']);
    await bed.generate('killed', { encoding: 'ISO-8859-15' });
    mkdirSync(join(bed.root, '.removed-before'));
    await files.sweep(new Date());
    expect(lying()).toEqual(['.draft.12', 'killed', 'young']);
    await files.sweep(inHours(73));
    expect(lying()).toEqual([]);
  });

  test('of one import stay while another one reads them', async () => {
    await bed.generate('2022/full');
    await bed.import('2022/full');
    await bed.generate('2022/full', { exportedOn: '2022-09-02' });
    const { start, files, worker } = bed.parts();
    await start.execute({ folder: '2022/full', sourceCode, caller });
    for (const name of ['2022', '2022/full', '2022/full/more']) await files.remove(name);
    await files.sweep(inHours(73));
    expect(readdirSync(join(bed.root, '2022'))).toEqual(['full']);
    await worker.runNext();
    expect(lying()).toEqual([]);
  });

  test('of one that failed stay for whoever retries it, also where the same are laid down again', async () => {
    await bed.generate('export');
    const { start, files, retry, worker, imports, expire } = bed.parts();
    const asked = { folder: 'export', sourceCode, caller };
    const { importId } = await start.execute(asked);
    const fail = (id: string) =>
      bed.db.database.query(`update directory_import set state = 'FAILED' where import_id = $1`, [
        id,
      ]);
    await fail(importId);
    expect(await start.execute(asked)).toEqual({ importId });
    await files.sweep(inHours(73));
    expect(lying()).toEqual(['export']);
    await retry.execute({ importId, caller });
    await worker.runNext();
    expect([(await imports.get(importId)).state, lying()]).toEqual(['COMPLETED', []]);
    // Given up, it needs them no more.
    await bed.generate('export', { exportedOn: '2022-09-02' });
    const given = await start.execute(asked);
    await fail(given.importId);
    await bed.db.unitOfWork.run((tx) => expire.onDay(tx, localDate('2022-09-15')));
    await files.sweep(new Date());
    expect(lying()).toEqual([]);
  });

  test('that a link leads to outside the area stay: the link goes, and nothing is removed through one', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    try {
      await bed.generate('export');
      renameSync(join(bed.root, 'export'), join(outside, 'export'));
      symlinkSync(outside, join(bed.root, 'way'));
      symlinkSync(join(outside, 'export'), join(bed.root, 'linked'));
      const { files } = bed.parts();
      expect((await bed.import('way/export')).state).toBe('COMPLETED');
      expect((await bed.import('linked')).state).toBe('COMPLETED');
      expect(lying()).toEqual(['way']);
      await files.sweep(inHours(73));
      expect(lying()).toEqual([]);
      expect(readdirSync(join(outside, 'export')).length).toBeGreaterThan(3);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  test('that could not be removed do not undo the import, and go later', async () => {
    await bed.generate('stuck');
    const failing = jest
      .spyOn(DropFolder.prototype, 'setAside')
      .mockRejectedValueOnce(new Error('EACCES'));
    expect((await bed.import('stuck')).state).toBe('COMPLETED');
    failing.mockRestore();
    expect(lying()).toEqual(['stuck']);
    await bed.parts().files.sweep(new Date());
    expect(lying()).toEqual([]);
  });
});

test('FOLDER_UNKNOWN: refuses a folder outside the drop area', async () => {
  mkdirSync(join(bed.root, 'empty'), { recursive: true });
  const { start } = bed.parts();
  await expect(start.execute({ folder: '../etc', sourceCode, caller })).rejects.toMatchObject({
    code: 'FOLDER_UNKNOWN',
  });
  await expect(start.execute({ folder: 'empty', sourceCode, caller })).rejects.toMatchObject({
    code: 'SOURCE_UNREADABLE',
  });
});
