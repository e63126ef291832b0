import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localDate } from '#libs/time';
import { zip } from '../../test/archives.test-support.js';
import { OndeDirectorySource } from './directory.onde-source.js';
import type { SourceRecord } from './directory-source.js';

const golden = join(import.meta.dirname, '../../test/goldens/onde');
const source = new OndeDirectorySource();
const options = { uai: '0440290B', datedOn: localDate('2025-09-15') };

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
function laidDown(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'onde-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
async function read(path: string): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const batch of source.read(path, options)) records.push(...batch);
  return records;
}
const causeOf = (files: Readonly<Record<string, string | Buffer>>) =>
  read(laidDown(files)).then(
    () => 'READ',
    (error: { details?: { cause?: string; line?: number } }) => error.details,
  );

const pupilsHeader = 'Nom élève;Prénom élève;Date naissance;INE;Niveau;Classe';
const guardiansHeader =
  "Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Nom d'usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants";
const pupils = (...rows: string[]) => [pupilsHeader, ...rows].join('\n');
const guardians = (...rows: string[]) => [guardiansHeader, ...rows].join('\n');
const remarksOf = (records: readonly SourceRecord[]) =>
  records.flatMap((record) => (record.kind === 'remark' ? [`${record.code} ${record.line}`] : []));
const lila = 'DURAND;Lila;2016-03-09;;CP;CP A';

describe('DIR-1, DIR-5: extractions of ONDE', () => {
  test.each([
    ['onde', ['pupil', 'guardian']],
    // 20 columns, without INE and id of the class; one more column before the blocks of children, two apostrophes.
    ['onde-older', ['pupil', 'guardian']],
    // All that newer extractions may have beside, in quotes; a date as a spreadsheet wrote it back.
    ['onde-extended', ['pupil']],
  ])('written by hand (%s) state exactly these records', async (folder, states) => {
    const path = join(golden, '..', folder);
    const expected: unknown = JSON.parse(readFileSync(join(path, 'records.json'), 'utf8'));
    expect(await read(path)).toEqual(expected);
    expect(await source.inventory(path)).toMatchObject({ extent: 'FULL', states });
  });

  test('say nothing of guardians where they are of pupils alone, and come as one file or an archive', async () => {
    const file = join(golden, 'CSVExtraction-eleves.csv');
    const alone = await read(file);
    expect(alone.map(({ kind }) => kind)).toEqual(['pupil', 'pupil', 'pupil', 'remark']);
    expect(await source.inventory(file)).toMatchObject({ states: ['pupil'] });
    const content = readFileSync(file);
    const archive = laidDown({
      'onde.zip': await zip([{ name: 'CSVExtraction-eleves.csv', content }]),
    });
    expect(await read(join(archive, 'onde.zip'))).toEqual(alone);
    expect(await source.inventory(join(archive, 'onde.zip'))).toEqual(await source.inventory(file));
  });

  test.each([
    ['guardians alone', { 'a.csv': guardians() }, { cause: 'FILE_MISSING' }],
    ['two of pupils', { 'a.csv': pupils(lila), 'b.csv': pupils(lila) }, { cause: 'FILE_TWICE' }],
    [
      'two of guardians',
      { 'a.csv': pupils(lila), 'b.csv': guardians(), 'c.csv': guardians() },
      { cause: 'FILE_TWICE' },
    ],
    ['another table', { 'a.csv': 'Nom;Prénom\nA;B' }, { cause: 'FORMAT_UNKNOWN', line: 1 }],
    ['an open quote', { 'a.csv': pupils(lila, '"DURAND;Milo') }, { cause: 'NOT_WELL_FORMED' }],
    [
      'two charsets',
      { 'a.csv': Buffer.concat([Buffer.from(pupils('Lé;A')), Buffer.from('Lé;B', 'latin1')]) },
      { cause: 'CHARSET_MIXED' },
    ],
    ['no pupil', { 'a.csv': pupils() }, { cause: 'EMPTY' }],
    ['nothing', { 'a.csv': '' }, { cause: 'EMPTY' }],
    [
      'too many rows',
      { 'a.csv': pupils(...Array<string>(20_001).fill(lila)) },
      { cause: 'TOO_LARGE' },
    ],
    ['too many bytes', { 'a.csv': Buffer.alloc(17 * 1024 * 1024, 'a') }, { cause: 'TOO_LARGE' }],
  ])('are refused with %s', async (_what, files, cause) => {
    expect(await causeOf(files as unknown as Record<string, string | Buffer>)).toMatchObject(cause);
  });

  test.each([
    ['a name', ';Lila;2016-03-09;;CP;A', ['NAME_MISSING 2']],
    ['a birth date', 'ROUX;Lila;2016-13-09;;CP;A', ['BIRTH_DATE_MISSING 2']],
    ['a possible birth', 'ROUX;Lila;16/09/2025;;CP;A', ['BIRTH_DATE_IMPOSSIBLE 2']],
    ['a birth since 1900', 'ROUX;Lila;1899-12-31;;CP;A', ['BIRTH_DATE_MISSING 2']],
    ['the columns of the header', 'ROUX;Lila;2016-03-09;;CP;A;B', ['ROW_MALFORMED 2']],
    ['text', '=HYPERLINK();Lila;2016-03-09;;CP;A', ['FORMULA_REFUSED 2']],
    ['a value of bounded length', `${'x'.repeat(4_097)};L;2016-03-09;;CP;A`, ['VALUE_TOO_LONG 2']],
  ])('leave out who lacks %s, and say where', async (_what, row, expected) => {
    const records = await read(laidDown({ 'a.csv': pupils(row, lila) }));
    expect(records.filter(({ kind }) => kind === 'pupil')).toMatchObject([
      { firstName: 'Lila', line: 3 },
    ]);
    expect(remarksOf(records)).toEqual(expected);
  });

  test('have rows that end in several ways, as where one was added by hand', async () => {
    const text = `${pupilsHeader}\r\n${lila}\nROUX;"Li\nlou";2016-03-09;;CP;CP\r\n${lila.replace('Lila', 'Zoé')}\r`;
    const records = await read(laidDown({ 'a.csv': text }));
    expect(records).toMatchObject([
      { firstName: 'Lila', line: 2 },
      { firstName: 'Li lou', line: 3 },
      { firstName: 'Zoé', line: 5 },
    ]);
  });

  test('begin below the line by which Excel is told what parts cells', async () => {
    const records = await read(laidDown({ 'a.csv': `sep=;\r\n${pupils(lila)}` }));
    expect(records).toMatchObject([{ kind: 'pupil', firstName: 'Lila', line: 3 }]);
  });

  test('keep pupils with what is odd, and say so: level, control characters, a second row, a column', async () => {
    const rows = [
      'ROUX;Li\u0007la;2016-03-09;;CM3;',
      'Roux;LILA;09/03/2016;;CP;',
      lila.replace('CP;', 'CLIS 1;'),
    ];
    const text = pupils(...rows).replace(';Classe', ';Couleur');
    const records = await read(laidDown({ 'a.csv': text }));
    expect(records.filter(({ kind }) => kind === 'pupil')).toMatchObject([
      { lastName: 'ROUX', firstName: 'Lila', level: '' },
      { lastName: 'Roux', firstName: 'LILA', level: 'CP' },
      { lastName: 'DURAND', level: 'ULIS' },
    ]);
    expect(remarksOf(records).sort()).toEqual([
      'ATTRIBUTE_UNKNOWN 1',
      'CONTROL_CHARACTER 2',
      'LEVEL_UNKNOWN 2',
      'PUPIL_NAMESAKES 2',
      'PUPIL_NAMESAKES 3',
    ]);
  });

  test('give the same key to a name written with other accents, case and blanks', async () => {
    const keys = await Promise.all(
      ['Le  Goff;Zoé', 'LE GOFF;ZOE'].map(async (names) => {
        const [first] = await read(laidDown({ 'a.csv': pupils(`${names};2016-03-09;;CP;A`) }));
        return first?.kind === 'pupil' ? first.sourceKey : '';
      }),
    );
    expect(keys[0]).toMatch(/^E-.{22}$/);
    expect(keys[1]).toBe(keys[0]);
  });
});

describe('guardians of ONDE', () => {
  const families = (...rows: string[]) =>
    read(
      laidDown({
        'a.csv': pupils(lila, 'DURAND;Lila;2017-01-01;;CE1;CE1 B', 'DURAND;Milo;2018-01-01;;GS;GS'),
        'b.csv': guardians(...rows),
      }),
    );
  const linksOf = (records: readonly SourceRecord[]) =>
    records.flatMap((record) => (record.kind === 'pupil' ? [record.guardians.length] : []));

  test('are linked to the namesake of the stated class; without it to neither', async () => {
    const told = await families(';DURAND;Nora;1 rue;44600;;DURAND;Lila;ce1 b');
    expect(linksOf(told)).toEqual([0, 1, 0]);
    const doubtful = await families(';DURAND;Nora;1 rue;44600;;DURAND;Lila;CLASSE CE1');
    expect(linksOf(doubtful)).toEqual([0, 0, 0]);
    expect(remarksOf(doubtful)).toEqual(['CHILD_DOUBTFUL 2']);
  });

  test('are linked to a child whom the other file writes with other hyphens, apostrophes and ligatures', async () => {
    const told = await read(
      laidDown({
        'a.csv': pupils(
          "D'ŒUVRE;Jean-Luc;2016-03-09;;CP;A",
          "D'ŒUVRE;Annemarie;2017-03-09;;CP;A",
          "D'ŒUVRE;Anne-Marie;2018-03-09;;CP;A",
          '王;芳;2016-01-01;;CP;A',
          '李;丽;2016-01-01;;CP;A',
        ),
        'b.csv': guardians(
          ';D;Nora;;;;D’OEUVRE;JEAN LUC;A',
          // As it is written counts before what is only alike.
          ";D;Nora;;;;D'ŒUVRE;Anne-Marie;A",
          ';D;Nora;;;;李;丽;A',
          ';D;Nora;;;;D’OEUVRE;Anne Marie;A',
        ),
      }),
    );
    expect(linksOf(told)).toEqual([1, 0, 1, 0, 1]);
    expect(remarksOf(told)).toContain('CHILD_DOUBTFUL 5');
  });

  test('of one name are one person at one address, and two at two', async () => {
    const child = ';DURAND;Milo;GS';
    const one = await families(
      `;DURAND;Ali;1 rue;44600;${child}`,
      `;Durand;ALI;1  Rue;44600;${child}`,
    );
    expect(one.filter(({ kind }) => kind === 'guardian')).toHaveLength(1);
    expect(remarksOf(one)).toEqual(['DUPLICATE_ENTRY 3']);
    const two = await families(
      `;DURAND;Ali;1 rue;44600;${child}`,
      `;DURAND;Ali;2 rue;44600;${child}`,
    );
    expect(two.filter(({ kind }) => kind === 'guardian')).toHaveLength(2);
    expect(linksOf(two)).toEqual([0, 0, 2]);
    expect(remarksOf(two)).toEqual(['GUARDIAN_HOMONYMS 2', 'GUARDIAN_HOMONYMS 3']);
  });

  test.each([
    ['without any address', ';BENALI;Ali;;;', ';BENALI;Ali;;;'],
    ['by their mail', ';BENALI;Ali;;;a@example.org', ';BENALI;Ali;;;b@example.org'],
  ])('DIR-2: of one name, %s, are not given each other’s children', async (_how, first, second) => {
    const header = guardiansHeader.replace(';Nom d', ';Courriel;Nom d');
    const told = await read(
      laidDown({
        'a.csv': pupils(lila, 'BENALI;Sara;2017-01-01;;CE1;CE1', 'BENALI;Tom;2018-01-01;;GS;GS'),
        'b.csv': [header, `${first};;BENALI;Sara;CE1`, `${second};;BENALI;Tom;GS`].join('\n'),
      }),
    );
    const [, sara, tom] = told.flatMap((record) =>
      record.kind === 'pupil' ? [record.guardians.map(({ sourceKey }) => sourceKey)] : [],
    );
    expect([sara?.length, tom?.length]).toEqual([1, 1]);
    expect(sara).not.toEqual(tom);
    expect(remarksOf(told)).toEqual(['GUARDIAN_HOMONYMS 2', 'GUARDIAN_HOMONYMS 3']);
  });

  test('keep nothing of addresses, phones and mails', async () => {
    expect(JSON.stringify(await read(golden))).not.toMatch(/rue des Lilas|example\.org|600000001/);
  });
});

test('DIR-5: a head who sent the wrong file reads what is wrong with it, in sentences', async () => {
  const sent = { 'a.csv': 'Nom;Prénom\nA;B' };
  const told = await read(laidDown(sent)).catch(({ message }: Error) => message);
  expect(told).toMatch(/extraction d’ONDE, Élèves ou Responsables.*\(a\.csv, ligne 1\)/);
  expect(told).not.toMatch(/[A-Z]+_[A-Z]+|export/);
});
