import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tgz, zip } from '../../test/archives.test-support.js';
import { AafDirectorySource } from './directory.aaf-source.js';
import type { SourceRecord } from './directory-source.js';

const source = new AafDirectorySource();
const area = mkdtempSync(join(tmpdir(), 'archives-'));
/** The golden export, its pupils in two parts. */
const folder = join(area, 'folder');
cpSync(join(import.meta.dirname, '../../test/goldens/aaf-1d-full'), folder, { recursive: true });
const pupils = join(folder, 'ENT1DVA-ENT17_Complet_20250915_Eleve_0000.xml');
cpSync(pupils, pupils.replace('_0000', '_0001'));
afterAll(() => rmSync(area, { recursive: true }));

async function read(path: string): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const batch of source.read(path)) records.push(...batch);
  return records;
}
/** Last first, and one folder deeper. */
const files = readdirSync(folder)
  .sort()
  .reverse()
  .map((name) => ({ name: `Complet/${name}`, content: readFileSync(join(folder, name)) }));

test.each([
  ['export.tgz', tgz],
  ['export.zip', zip],
])('an AAF export as %s is that of the folder with the same files', async (name, pack) => {
  const path = join(area, name);
  writeFileSync(path, await pack(files));
  expect(await source.inventory(path)).toEqual(await source.inventory(folder));
  expect(await read(path)).toEqual(await read(folder));
});

test('an archive that holds nothing of AAF lacks its files', async () => {
  const path = join(area, 'other.zip');
  writeFileSync(path, await zip([{ name: 'readme.txt' }]));
  await expect(source.inventory(path)).rejects.toMatchObject({
    details: { cause: 'FILE_MISSING' },
  });
});
