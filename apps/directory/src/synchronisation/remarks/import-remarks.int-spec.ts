import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { ImportBed, uaiA } from '../../../test/import-bed.test-support.js';
import { ImportRemarks, remarkLinesMax } from './import-remarks.pg.js';
import { ReadRemarksFile } from './read-remarks-file.js';
import { RemarkLines } from './remark-lines.pg.js';

jest.setTimeout(120_000);

let bed: ImportBed;
let importId: string;
beforeAll(async () => {
  bed = await ImportBed.start();
});
afterAll(() => bed.stop());

const linesOf = (importId: string, code = '') =>
  new RemarkLines(bed.db.database).page(importId, { code, limit: 200_000, after: undefined });

async function fileOf(importId: string, seen?: readonly string[]) {
  const { imports } = bed.parts();
  const file = new ReadRemarksFile(imports, new RemarkLines(bed.db.database));
  const pieces: Buffer[] = [];
  for (let cursor = ''; ;) {
    const { content, nextCursor } = await file.execute(importId, cursor, seen);
    pieces.push(content);
    cursor = nextCursor;
    if (cursor === '') return { pieces: pieces.length, text: Buffer.concat(pieces).toString() };
  }
}

test('DIR-3: each remark says file, line and key, those found by comparing rows too', async () => {
  const { files } = await bed.generate('damaged');
  const pupils = files.find((name) => name.includes('_Eleve_'))!;
  let twice = '';
  // A pupil stated twice, in a school that is not there; another one with a guardian that nobody states.
  bed.edit('damaged', [pupils], (text) => {
    const [first, second] = text.match(/<addRequest>[^]*?<\/addRequest>/g)!;
    twice = /<id>(.*?)<\/id>/.exec(first!)![1]!;
    const guardian = /<attr name="ENTEleveAutoriteParentale[^>]*>\s*<value>(\d+)/;
    const orphan = second!.replace(guardian, (all, key: string) => all.replace(key, '424242424'));
    return text.replace(second!, orphan).replace('</ficAlimMENESR>', `${first}\n</ficAlimMENESR>`);
  });
  const written = readFileSync(join(bed.root, 'damaged', pupils), 'utf8').split('\n');
  const report = await bed.import('damaged');
  importId = report.importId;
  expect(report.remarks).toContainEqual(
    expect.objectContaining({ code: 'DUPLICATE_ENTRY', count: 1, kept: 1 }),
  );
  const [again] = await linesOf(importId, 'DUPLICATE_ENTRY');
  expect(again).toMatchObject({ file: pupils, subject: twice });
  // A person who opens the file there finds the second statement, not the first.
  const isIt = (line: string) => line.includes(`<id>${twice}</id>`);
  const nearby = written.slice(again!.line - 1, again!.line + 6);
  expect(nearby.some(isIt)).toBe(true);
  expect(again!.line).toBeGreaterThan(written.findIndex(isIt) + 1);
  const unknown = await linesOf(importId, 'GUARDIAN_UNKNOWN');
  expect(unknown.length).toBeGreaterThan(0);
  for (const { file, line } of unknown) expect([file, line > 0]).toEqual([pupils, true]);
  const { rows } = await bed.db.database.query<{ name: string }>(
    'select distinct last_name as name from person',
  );
  const { text } = await fileOf(importId);
  expect(rows.filter(({ name }) => text.includes(name))).toEqual([]);
});

test('DIR-5: a head reads where each remark stands in sentences, without codes of the product or digests of names', async () => {
  await bed.db.asOwner(`update directory_import set own_school = true, uai = '${uaiA}'`);
  // As the key of a pupil of ONDE is, alone and beside its school.
  const digest = 'E-HdBG1kaSPWJOWyf5k6gopB';
  const placed = `insert into remark_line (import_id, code, seq, subject, file, line) values ($1, 'INE_TWICE', $2, $3, 'a.csv', 7)`;
  await bed.db.database.query(placed, [importId, 1, digest]);
  await bed.db.database.query(placed, [importId, 2, `${uaiA}/${digest}`]);
  await bed.db.database.query(placed, [importId, 3, 'E-77']);
  const { text } = await fileOf(importId, [uaiA]);
  await bed.db.asOwner(`update directory_import set own_school = false, uai = ''`);
  expect(text).toMatch(/^\uFEFFFichier;Ligne;Identifiant;Constat;À faire\r\n/);
  expect(text).toContain('Identifiants présents plusieurs fois');
  expect(text).not.toMatch(/DUPLICATE_ENTRY|GUARDIAN_UNKNOWN/);
  expect(text).toContain('Corrigez-le dans ONDE');
  expect(text).not.toContain('nouvel export');
  expect(text).not.toContain(digest);
  expect(text).toContain('a.csv;7;E-77;');
  expect((await fileOf(importId)).text).toContain(digest);
  await bed.db.database.query(`delete from remark_line where code = 'INE_TWICE'`);
});

test('keeps 10,000 places of a code, counts the others, and the file says so', async () => {
  const remarks = new ImportRemarks(importId);
  for (let line = 1; line <= remarkLinesMax + 5; line += 1)
    remarks.add('UAI_INVALID', { subject: '=1+1', file: 'a\0b.xml', line });
  remarks.add('SOURCE_UNREADABLE');
  const { unitOfWork, database } = bed.db;
  await unitOfWork.run(async (tx) => {
    // The places that a statement finds come after, within the same bound.
    const found = `found as (select 'k'::text as subject, 1 as file, 1 as line)`;
    await remarks.addFound(tx, 'UAI_INVALID', found, ['b.xml']);
    await remarks.store(tx);
  });
  const told = (await bed.parts().imports.get(importId)).remarks;
  expect(told.find(({ code }) => code === 'UAI_INVALID')).toMatchObject({
    count: remarkLinesMax + 6,
    kept: remarkLinesMax,
    todo: expect.stringContaining('source'),
  });
  const { pieces, text } = await fileOf(importId);
  expect([pieces, text.startsWith('\uFEFFCode;Fichier;Ligne;')]).toEqual([6, true]);
  const table: string[][] = parse(text, { bom: true, delimiter: ';' });
  const rows = table.filter(([code]) => code === 'UAI_INVALID');
  expect(rows).toHaveLength(remarkLinesMax + 1);
  expect(rows[0]!.slice(1, 4)).toEqual(['ab.xml', '1', "'=1+1"]);
  expect(rows.at(-1)).toEqual([
    'UAI_INVALID',
    '',
    '',
    '',
    expect.stringMatching(/^6 autres/),
    expect.any(String),
  ]);
  // Identifiers of people: they go a month after the import, the counts stay.
  await bed.onDay('2022-09-30');
  const { ended } = bed.parts();
  while (await ended.removeSome());
  expect((await linesOf(importId)).length).toBeGreaterThan(remarkLinesMax);
  await bed.onDay('2022-10-01');
  while (await ended.removeSome());
  expect(await linesOf(importId)).toEqual([]);
  const { rowCount } = await database.query('select from import_remark where import_id = $1', [
    importId,
  ]);
  expect(rowCount).toBeGreaterThanOrEqual(2);
});
