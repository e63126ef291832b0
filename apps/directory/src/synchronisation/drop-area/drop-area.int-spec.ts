import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { createLogger, registry } from '#libs/observability';
import { zip } from '../../../test/archives.test-support.js';
import {
  academy,
  caller,
  ImportBed,
  sourceCode,
  uaiA,
} from '../../../test/import-bed.test-support.js';
import { DeclaredSources } from '../declared-sources/declared-sources.pg.js';
import { DropArea } from './drop-area.js';
import { ListDropArea } from './list-drop-area.js';
import { WatchDropArea } from './watch-drop-area.js';

jest.setTimeout(120_000);

/** Goal: what lies whole in the folder of a source is imported once, and nothing else is. Method: looks at times of our own. */
const stableMs = 1_000;

let bed: ImportBed;
let area: DropArea;
beforeAll(async () => {
  bed = await ImportBed.start();
  area = new DropArea(bed.root);
});
afterAll(() => bed.stop());

function watcher() {
  const { imports, start } = bed.parts();
  const sources = new DeclaredSources(bed.db.database);
  const logger = createLogger('test', 'fatal');
  return new WatchDropArea(area, sources, imports, start, logger, stableMs);
}

const inSource = (name: string, code = sourceCode) => join(bed.root, code, name);
const noteOf = (name: string, code = sourceCode) =>
  readFileSync(`${inSource(name, code)}.refused`, 'utf8');
const states = async () => {
  const sources = new DeclaredSources(bed.db.database);
  const list = new ListDropArea(area, sources, bed.parts().imports, stableMs);
  const entries = await list.execute(Date.now() + 10_000);
  return Object.fromEntries(entries.map(({ folder, state }) => [folder, state]));
};

async function ringing(name: string): Promise<string[]> {
  const { values } = await registry.getSingleMetric(name)!.get();
  return values.map(({ labels, value }) => `${labels['source']} ${value}`);
}

/** An export of the generator as an archive: each of another day. */
let day = 1;
async function archive(): Promise<Buffer> {
  day += 1;
  const { files } = await bed.generate('made', { exportedOn: `2022-09-0${day}` });
  const folder = join(bed.root, 'made');
  const packed = files.map((name) => ({ name, content: readFileSync(join(folder, name)) }));
  rmSync(folder, { recursive: true });
  return zip(packed);
}

test('DIR-1: a copy that grows, or says by a name that it is not whole, waits; then one import comes of two watchers', async () => {
  const [one, two] = [watcher(), watcher()];
  const whole = await archive();
  expect(await one.look(0)).toEqual([]);
  // The folders of sources are made for whoever delivers.
  expect(readdirSync(bed.root)).toEqual([sourceCode]);
  writeFileSync(inSource('full.zip'), whole.subarray(0, 1_000));
  mkdirSync(inSource('2022'));
  writeFileSync(join(inSource('2022'), 'Eleve_0000.xml.filepart'), '');
  writeFileSync(inSource('later.zip.part'), whole);
  writeFileSync(inSource('liste.txt'), 'nothing that a source delivers');
  await one.look(0);
  appendFileSync(inSource('full.zip'), whole.subarray(1_000));
  expect(await one.look(1_500)).toEqual([]);
  expect(await one.look(2_400)).toEqual([]);
  expect(await states()).toEqual({
    [`${sourceCode}/2022`]: 'GROWING',
    [`${sourceCode}/full.zip`]: 'WAITING',
  });
  await two.look(2_400);
  const [first, second] = await Promise.all([one.look(3_500), two.look(3_500)]);
  expect(first).toHaveLength(1);
  expect(second).toEqual(first);
  expect((await states())[`${sourceCode}/full.zip`]).toBe('IMPORTING');
  // What was taken is not taken again at each look.
  expect(await one.look(9_000)).toEqual([]);
  const { worker, imports } = bed.parts();
  const others = ['2022', 'later.zip.part', 'liste.txt'];
  for (const name of others) expect(existsSync(inSource(name))).toBe(true);
  for (const name of others) rmSync(inSource(name), { recursive: true });
  await worker.runNext();
  expect((await imports.get(first[0]!)).state).toBe('COMPLETED');
  expect(await bed.count('directory_import')).toBe(1);
  // The folder of a source stays, empty as it is.
  expect(readdirSync(join(bed.root, sourceCode))).toEqual([]);
  await one.look(9_500);
  // Nor does it go by its age.
  await bed.parts().files.sweep(new Date(Date.now() + 100 * 3_600_000));
  expect(readdirSync(bed.root)).toEqual([sourceCode]);
});

test('DIR-1: what is refused lies beside its reason, and is taken once it is mended', async () => {
  const watch = watcher();
  const whole = await archive();
  // Half an archive whose copy stopped; a link; a name that no import can be asked for by; a table without the day of its data.
  writeFileSync(inSource('half.zip'), whole.subarray(0, whole.length / 2));
  symlinkSync('/etc', inSource('etc'));
  writeFileSync(inSource('Export de rentrée.zip'), whole);
  const { declare } = bed.parts();
  const onde = {
    kind: 'ONDE',
    title: 'ONDE',
    academyCode: '',
    priority: 20,
    uais: [uaiA],
  } as const;
  await declare.execute({ ...academy, ...onde, sourceCode: 'onde' }, caller);
  await watch.look(0);
  const table = 'Nom élève;Prénom élève;Date naissance;Niveau\nDURAND;Lila;2016-03-09;CE2';
  writeFileSync(inSource('eleves.csv', 'onde'), table);
  writeFileSync(inSource('2022-13-01-eleves.csv', 'onde'), `${table}\n`);
  await watch.look(0);
  expect(await watch.look(2_000)).toEqual([]);
  expect(noteOf('half.zip')).toMatch(/abîmée.*\(SOURCE_UNREADABLE\)\nCorrigez/);
  expect(noteOf('etc')).toMatch(/lien.*NOT_A_FILE/);
  expect(noteOf('Export de rentrée.zip')).toMatch(/renommez.*NAME_REFUSED/);
  for (const name of ['eleves.csv', '2022-13-01-eleves.csv'])
    expect(noteOf(name, 'onde')).toMatch(/DELIVERY_UNDATED/);
  expect(await states()).toMatchObject({
    [`${sourceCode}/half.zip`]: 'REFUSED',
    [`${sourceCode}/etc`]: 'REFUSED',
    'onde/eleves.csv': 'REFUSED',
  });
  // Refused it stays, also for a process that begins, and nobody asks again.
  const restarted = watcher();
  await restarted.look(0);
  expect(await restarted.look(5_000)).toEqual([]);
  expect(await ringing('ent_deliveries_refused')).toEqual([`${sourceCode} 3`, 'onde 2']);
  // The copy goes on; the table is named after its day.
  writeFileSync(inSource('half.zip'), whole);
  renameSync(inSource('eleves.csv', 'onde'), inSource('2022-09-02-eleves.csv', 'onde'));
  await watch.look(6_000);
  expect(existsSync(`${inSource('half.zip')}.refused`)).toBe(false);
  expect(await watch.look(8_000)).toHaveLength(2);
  const { worker } = bed.parts();
  while (await worker.runNext());
  const { rows } = await bed.db.database.query<{ dated_on: string; uai: string }>(
    `select dated_on, uai from directory_import where source = 'onde' and state = 'COMPLETED'`,
  );
  expect(rows).toEqual([{ dated_on: '2022-09-02', uai: uaiA }]);
});

test('DIR-3: a folder that cannot be read rings, and keeps nobody else’s delivery waiting', async () => {
  const watch = watcher();
  const { declare } = bed.parts();
  await declare.execute({ ...academy, sourceCode: 'aaf-unreadable' }, caller);
  await watch.look(0);
  expect(await ringing('ent_drop_area_unreadable')).toEqual([]);
  rmSync(inSource('', 'aaf-unreadable'), { recursive: true });
  symlinkSync('/etc', join(bed.root, 'aaf-unreadable'));
  writeFileSync(inSource('beside.zip'), await archive());
  await watch.look(1_000);
  expect(await ringing('ent_drop_area_unreadable')).toEqual(['aaf-unreadable 1']);
  expect(await watch.look(3_000)).toHaveLength(1);
  await bed.parts().worker.runNext();
  rmSync(join(bed.root, 'aaf-unreadable'));
  await watch.look(4_000);
  expect(await ringing('ent_drop_area_unreadable')).toEqual([]);
});

test('files that were swapped after they were taken are not imported, and whoever delivered is told beside their place', async () => {
  const watch = watcher();
  const [one, other] = [await archive(), await archive()];
  writeFileSync(inSource('swapped.zip'), one);
  await watch.look(0);
  const [importId] = await watch.look(2_000);
  writeFileSync(inSource('swapped.zip'), other);
  const { worker, imports } = bed.parts();
  await worker.runNext();
  expect(await imports.get(importId!)).toMatchObject({
    state: 'REFUSED',
    remarks: [{ code: 'DELIVERY_CHANGED' }],
  });
  expect(existsSync(inSource('swapped.zip'))).toBe(false);
  await watch.look(3_000);
  expect(noteOf('swapped.zip')).toContain('DELIVERY_CHANGED');
});
