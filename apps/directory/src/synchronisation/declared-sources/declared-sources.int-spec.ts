import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { academy, caller, ImportBed, sourceCode } from '../../../test/import-bed.test-support.js';

jest.setTimeout(120_000);

let bed: ImportBed;
beforeEach(async () => {
  bed = await ImportBed.start();
});
afterEach(() => bed.stop());

describe('DIR-5: a source is declared, never guessed from a file', () => {
  test('an export that does not say whose it is brings nobody in a second time', async () => {
    await bed.generate('said');
    await bed.import('said');
    const { files } = await bed.generate('unsaid');
    // The same files without the comments that say whose they are and of which day.
    bed.edit('unsaid', files, (text) => text.replace(/<!--.*?-->\n/g, ''));
    const { start, worker, imports } = bed.parts();
    for (const file of files) {
      const to = join(bed.root, 'unsaid', file.replace('_20220901_', '_'));
      renameSync(join(bed.root, 'unsaid', file), to);
    }
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

  test('an AAF export without a day in it is of the day in its file names, or of the day stated with it', async () => {
    const { files } = await bed.generate('named');
    bed.edit('named', files, (text) => text.replace(/<!--.*?-->\n/g, ''));
    const { start, imports } = bed.parts();
    const started = async (datedOn?: string) => {
      const said = { folder: 'named', sourceCode, caller, ...(datedOn ? { datedOn } : {}) };
      const { importId } = await start.execute(said);
      return imports.get(importId);
    };
    expect(await started('2022-08-31')).toMatchObject({ datedOn: '2022-08-31' });
    expect(await started()).toMatchObject({ datedOn: '2022-09-01' });
  });

  test('refuses what no declared source delivers, a disabled one, and files of somebody else', async () => {
    await bed.generate('whose');
    const { start, declare } = bed.parts();
    const of = (code: string) => start.execute({ folder: 'whose', sourceCode: code, caller });
    await expect(of('unknown')).rejects.toMatchObject({ code: 'SOURCE_UNDECLARED' });
    for (const [changed, code] of [
      [{ enabled: false }, 'SOURCE_DISABLED'],
      [{ academyCode: '14' }, 'SOURCE_MISMATCH'],
      [{ kind: 'LDAP' }, 'SOURCE_MISMATCH'],
      [{ kind: 'ENT_CSV' }, 'SOURCE_UNREADABLE'],
    ] as const) {
      await declare.execute({ ...academy, ...changed }, caller);
      await expect(of(sourceCode)).rejects.toMatchObject({ code });
    }
    await declare.execute(academy, caller);
    expect(await of(sourceCode)).toMatchObject({ importId: expect.any(String) });
  });
});
