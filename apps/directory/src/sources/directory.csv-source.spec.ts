import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localDate } from '#libs/time';
import { zip } from '../../test/archives.test-support.js';
import { CsvDirectorySource } from './directory.csv-source.js';
import type { SourceRecord } from './directory-source.js';

const golden = join(import.meta.dirname, '../../test/goldens/ent-csv');
const source = new CsvDirectorySource();
const options = { uai: '0440290B', datedOn: localDate('2025-09-15') };

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
type Files = Readonly<Record<string, string | Buffer>>;
function laidDown(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'ent-csv-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
async function read(path: string): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const batch of source.read(path, options)) records.push(...batch);
  return records;
}
const readFiles = (files: Files) => read(laidDown(files));
const refusalOf = (files: Files) =>
  readFiles(files).then(
    () => ({ message: 'READ' }),
    (error: { message: string; details?: { cause?: string; line?: number } }) => error,
  );
const remarksOf = (records: readonly SourceRecord[]) =>
  records.flatMap((record) => (record.kind === 'remark' ? [`${record.code} ${record.line}`] : []));
const peopleOf = (records: readonly SourceRecord[]) =>
  records.filter(({ kind }) => kind !== 'remark');

const pupils = (...rows: string[]) =>
  ['Nom;Prénom;Né(e) le;Classe', 'DURAND;Lila;2016-03-09;CP', ...rows].join('\n');
const childHeader = 'Nom;Prénom;Adresse;Nom élève;Prénom élève;Classe élève';
const guardians = (...rows: string[]) => [childHeader, ...rows].join('\n');
const linksOf = (records: readonly SourceRecord[]) =>
  records.flatMap((record) => (record.kind === 'pupil' ? [record.guardians.length] : []));

describe('tables of the ENT', () => {
  test('written by hand state exactly these records, in a folder or an archive', async () => {
    const expected: unknown = JSON.parse(readFileSync(join(golden, 'records.json'), 'utf8'));
    expect(await read(golden)).toEqual(expected);
    const names = ['Student.csv', 'Relative.csv'];
    const entries = names.map((name) => ({ name, content: readFileSync(join(golden, name)) }));
    const archive = join(laidDown({ 'ent.zip': await zip(entries) }), 'ent.zip');
    expect(peopleOf(await read(archive))).toEqual((expected as SourceRecord[]).slice(0, 4));
  });

  test('never state all adults: a file of teachers makes no other adult leave', async () => {
    expect(await source.inventory(golden)).toMatchObject({ states: ['pupil', 'guardian'] });
    const teachers = join(golden, 'Teacher.csv');
    expect(await source.inventory(teachers)).toMatchObject({ extent: 'FULL', states: [] });
  });

  test('keep nothing of addresses, phones and mails', async () => {
    expect(JSON.stringify(await read(golden))).not.toMatch(/rue des Lilas|example\.org|60000000/);
  });

  test.each([
    ['UTF-8', Buffer.from(pupils('œé;Zoé;2016-01-01;A'))],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${pupils('œé;Zoé;2016-01-01;A')}`)],
    ['ISO-8859-15', Buffer.from(pupils('\xbdé;Zoé;2016-01-01;A'), 'latin1')],
    ['French Windows', Buffer.from(pupils('\x9cé;Zoé;2016-01-01;A'), 'latin1')],
  ])('are read in %s', async (_charset, bytes) => {
    const records = await readFiles({ 'Student.csv': bytes });
    expect(peopleOf(records)[1]).toMatchObject({ lastName: 'œé', firstName: 'Zoé' });
  });

  test.each(['\u200b', '\u00ad', '\u202e'])(
    'lose what nobody sees (%j), and say so',
    async (sign) => {
      const [seen] = await readFiles({ 'Student.csv': pupils('') });
      const [unseen, remark] = await readFiles({
        'Student.csv': pupils().replace('DURAND', `DU${sign}RAND`),
      });
      expect(unseen).toEqual(seen);
      expect(remark).toMatchObject({ code: 'CONTROL_CHARACTER', line: 2 });
    },
  );

  test('DIR-2: an identifier with a sign that nobody sees is none; neither is an INE or a UAI', async () => {
    const header = 'Identifiant;Nom;Prénom;Né(e) le;Classe;INE;UAI';
    const rowsOf = (id: string, ine: string, uai: string) =>
      readFiles({
        'Student.csv': `${header}\nE1;ROUX;Li;2016-01-01;CP;;\n${id};BLIN;Al;2016-01-01;CP;${ine};${uai}`,
      });
    const [, whole] = await rowsOf('E2', '120045678HK', '0440358A');
    expect(whole).toMatchObject({ sourceKey: 'E2', ine: '120045678HK', structureKey: '0440358A' });
    expect(remarksOf(await rowsOf('E\u200b2', '', ''))).toEqual([
      ...['CONTROL_CHARACTER 3', 'KEY_INCONSISTENT 3'],
    ]);
    const [, unsure, ...said] = await rowsOf('E2', '1200\u00ad45678HK', '0440\u00a0358A');
    expect(unsure).toMatchObject({ sourceKey: 'E2', structureKey: '' });
    expect(unsure).not.toHaveProperty('ine');
    expect(remarksOf(said)).toEqual(['CONTROL_CHARACTER 3', 'UAI_INVALID 3', 'INE_MALFORMED 3']);
  });

  test('DIR-2: a blank that is none to a computer parts two names as any other', async () => {
    const [record, ...others] = await readFiles({ 'Teacher.csv': 'Nom;Prénom\nLE\u00a0GALL;Anne' });
    expect([record, others]).toMatchObject([{ lastName: 'LE GALL' }, []]);
  });

  test('DIR-2: an adult on several rows is one person with the places of all', async () => {
    const header = 'Nom;Prénom;UAI;Directeur;Classe';
    const rows = [
      'PERON;Marc;0440290B;oui;CP',
      'PÉRON;Marc;0440358A;;CE1',
      'PERON;MARC;0440358A;;CE2',
    ];
    const records = await readFiles({ 'Teacher.csv': [header, ...rows].join('\n') });
    expect(records).toMatchObject([
      {
        ...{ kind: 'staff', lastName: 'PERON', line: 2, structureKeys: ['0440290B', '0440358A'] },
        headOf: ['0440290B'],
        classes: [
          { structureKey: '0440290B', id: 'CP' },
          { structureKey: '0440358A', id: 'CE1' },
          { structureKey: '0440358A', id: 'CE2' },
        ],
      },
    ]);
    // What says nothing more is told, and so is another person under one identifier, or another post.
    const twice = await readFiles({ 'Teacher.csv': [header, rows[0], rows[0]].join('\n') });
    expect(remarksOf(twice)).toEqual(['DUPLICATE_ENTRY 3']);
    const ids = 'Identifiant;Nom;Prénom;UAI\n7;PERON;Marc;0440290B\n7;BLIN;Eve;0440358A';
    const [one, ...more] = await readFiles({ 'Teacher.csv': ids });
    expect([one, remarksOf(more)]).toMatchObject([
      ...[{ structureKeys: ['0440290B'] }, ['DUPLICATE_ENTRY 3']],
    ]);
    const posts = 'Nom;Prénom;Organisme;UAI\nA;B;Chorale;0440290B\nA;B;Judo;0440358A';
    expect(remarksOf(await readFiles({ 'Partenaires.csv': posts }))).toEqual(['DUPLICATE_ENTRY 3']);
  });

  test.each([
    ['Identifiant;', 'E1;', 1],
    ['', '', 2],
  ])(
    'DIR-4: a pupil on rows of several schools (%j) is told with each of them',
    async (head, id, kept) => {
      const rows = ['0440290B', '0440358A', '0440290B'].map(
        (uai) => `${id}ROUX;Li;2016-01-01;CP;${uai}`,
      );
      const text = [`${head}Nom;Prénom;Né(e) le;Classe;UAI`, ...rows].join('\n');
      const records = await readFiles({ 'Student.csv': text });
      expect(peopleOf(records)).toHaveLength(kept);
      expect(peopleOf(records)[0]).toMatchObject({ structureKey: '0440290B', line: 2 });
      expect(remarksOf(records)).toEqual([
        ...['PUPIL_IN_SEVERAL_SCHOOLS 2', 'PUPIL_IN_SEVERAL_SCHOOLS 3', 'DUPLICATE_ENTRY 4'],
      ]);
    },
  );

  test('are read with the delimiter of their first line, whatever the values hold', async () => {
    const text = 'Nom,Prénom,"Date;de;nais;sance;",Classe\nROUX,Li,2016-01-01,"A; B"\n';
    expect(await readFiles({ 'eleves.csv': text })).toMatchObject([{ classLabel: 'A; B' }]);
  });

  test.each([
    ['Listes.csv', 'Civilité;Nom usage;Nom;Prénom;Courriel;Directeur;Classe\nM.;;A;B;;oui;CP'],
    ['MesProfesseurs.csv', 'Nom;Prénom;Direction;Classe\nA;B;X;CP'],
  ])(
    '%s: the teachers’ file beside ONDE says who is the head and of which class',
    async (name, text) => {
      expect(await readFiles({ [name]: text })).toMatchObject([
        { isTeacher: true, headOf: ['0440290B'], classes: [{ label: 'CP' }] },
      ]);
    },
  );

  test('tell an ATSEM among the personnel; who directs another thing heads no school', async () => {
    const text = 'Nom;Prénom;Fonction\nA;B;Atsem\nC;D;Directeur de centre de loisirs';
    const [atsem, other] = await readFiles({ 'Personnel.csv': text });
    expect(atsem).toMatchObject({ post: { role: 'ATSEM' }, isTeacher: false });
    expect(other).toMatchObject({ headOf: [] });
    expect(other).not.toHaveProperty('post');
  });
});

describe('a table that cannot be believed is refused whole', () => {
  test.each([
    ['Student.csv', 'Nom;Prénom;Classe\nA;B;C', 'Date de naissance'],
    ['Student.csv', 'Prénom;Né(e) le;Classe\nB;2016-01-01;C', 'Nom'],
    ['Teacher.csv', 'Nom;Classe\nA;B', 'Prénom'],
    ['Partenaires.csv', 'Nom;Prénom\nA;B', 'Organisme'],
    ['Elus.csv', 'Nom;Prénom\nA;B', 'Commune'],
    ['Inspecteurs.csv', 'Nom;Prénom;Fonction\nA;B;IEN', 'Circonscription'],
  ])('%s %#: the missing column is named to who delivered', async (name, text, label) => {
    const refusal = await refusalOf({ [name]: text });
    expect(refusal.message).toContain(`il manque une colonne obligatoire, « ${label} »`);
    expect(refusal).toMatchObject({ details: { cause: 'COLUMN_MISSING', line: 1, file: name } });
  });

  const utf16 = Buffer.from(`\ufeff${pupils()}`, 'utf16le');
  // The one letter of UTF-8 lies over the end of what is read of a file at once.
  const plainHeader = 'Nom;Prenom;Nele;Classe\n';
  const rowOf = (name: string) => `${name};Zo;2016-01-01;A\n`;
  const mixed = Buffer.concat([
    Buffer.from(plainHeader + '\n'.repeat(65_535 - plainHeader.length) + rowOf('é')),
    Buffer.from(rowOf('Lé'), 'latin1'),
  ]);
  const many = Array<string>(20_001).fill('A;B;2016-01-01;C');
  test.each([
    ['nobody knows of whom', { 'a.csv': 'Nom;Prénom\nA;B' }, { cause: 'PROFILE_UNKNOWN', line: 1 }],
    ['two of pupils', { 'eleves.csv': pupils(), 'Student.csv': pupils() }, { cause: 'FILE_TWICE' }],
    ['guardians alone', { 'Relative.csv': guardians('A;B;;C;D;') }, { cause: 'FILE_MISSING' }],
    ['no table', { 'a.txt': 'x' }, { cause: 'FILE_MISSING' }],
    ['an open quote', { 'Student.csv': pupils('"A;B') }, { cause: 'NOT_WELL_FORMED', line: 3 }],
    ['nothing', { 'Student.csv': '' }, { cause: 'EMPTY' }],
    ['nobody', { 'Teacher.csv': 'Nom;Prénom\n;' }, { cause: 'EMPTY' }],
    ['UTF-16', { 'Student.csv': utf16 }, { cause: 'CHARSET', line: 1 }],
    ['two charsets', { 'Student.csv': mixed }, { cause: 'CHARSET_MIXED' }],
    ['too many rows', { 'Student.csv': pupils(...many) }, { cause: 'TOO_LARGE' }],
    ['too many columns', { 'Student.csv': ';'.repeat(300) }, { cause: 'TOO_LARGE' }],
    ['too many bytes', { 'Student.csv': Buffer.alloc(17 << 20, 'a') }, { cause: 'TOO_LARGE' }],
  ])('with %s', async (_what, files, details) => {
    expect(await refusalOf(files as unknown as Files)).toMatchObject({ details });
  });
});

describe('children out of their blocks are refused, by the column that lacks', () => {
  test.each([
    ['Nom;Prénom;Nom élève;Prénom élève;Nom élève', 'Prénom de l’élève'],
    [`${childHeader};Nom élève;Prénom élève`, 'Classes de l’élève'],
  ])('%s', async (header, label) => {
    const files = { 'Student.csv': pupils(), 'Relative.csv': `${header}\nA;B;C;D;E` };
    expect((await refusalOf(files)).message).toContain(`« ${label} »`);
  });
});

describe('a row that cannot be believed is left out, with its line', () => {
  test.each([
    ['a name', 'Student.csv', pupils(';Zoé;2016-01-01;A'), ['NAME_MISSING 3']],
    ['a birth date', 'Student.csv', pupils('A;B;2016-13-01;A'), ['BIRTH_DATE_MISSING 3']],
    ['a possible birth', 'Student.csv', pupils('A;B;2025-09-16;A'), ['BIRTH_DATE_IMPOSSIBLE 3']],
    ['the header’s columns', 'Student.csv', pupils('A;B;2016-01-01;A;B'), ['ROW_MALFORMED 3']],
    [
      'a bounded value',
      'Student.csv',
      pupils(`${'x'.repeat(4_097)};B;2016-01-01;`),
      ['VALUE_TOO_LONG 3'],
    ],
    ['a second time', 'Student.csv', pupils('Durand;LILA;09/03/2016;CE1'), ['DUPLICATE_ENTRY 3']],
    [
      'an organisation',
      'Partenaires.csv',
      'Nom;Prénom;Organisme\nA;B;Club\nC;D;',
      ['ORGANISATION_MISSING 3'],
    ],
    [
      'a commune',
      'Elus.csv',
      'Nom;Prénom;Commune;UAI\nA;B;Nantes;0440290B\nC;D;;',
      ['COMMUNE_MISSING 3'],
    ],
    [
      'a commune that is the only one of its name',
      'Elus.csv',
      'Nom;Prénom;Commune;Code INSEE\nA;B;Nantes;44109\nC;D;Nantes;',
      ['COMMUNE_CODE_MISSING 3'],
    ],
    [
      'a function',
      'IEN-conseillers.csv',
      'Nom;Prénom;Fonction;Circonscription\nA;B;CPC;X\nC;D;?;X',
      ['FUNCTION_UNKNOWN 3'],
    ],
    [
      'a circonscription',
      'Inspecteurs.csv',
      'Nom;Prénom;Fonction;Circonscription\nA;B;IEN;X\nC;D;IEN;',
      ['CIRCONSCRIPTION_MISSING 3'],
    ],
  ])('for %s', async (_what, name, text, expected) => {
    const records = await readFiles({ [name]: text });
    expect(peopleOf(records)).toMatchObject([{ line: 2 }]);
    expect(remarksOf(records)).toEqual(expected);
  });
});

describe('what is odd stays, and is told', () => {
  test('a formula is text', async () => {
    const records = await readFiles({ 'Student.csv': pupils('ROUX;Zoé;2016-01-01;=HYPERLINK(1)') });
    expect(peopleOf(records)[1]).toMatchObject({ classLabel: '=HYPERLINK(1)' });
    expect(remarksOf(records)).toEqual(['FORMULA_KEPT 3']);
  });

  test('control characters, a wrong INE, an unknown level, a column without a name', async () => {
    const header = 'Nom;Prénom;Né(e) le;Classe;Classe;INE;Niveau;';
    const row = 'RO\u0007UX;Zoé;2016-01-01;A;B;12;CM3;x';
    const records = await readFiles({ 'Student.csv': `${header}\n${row}` });
    expect(peopleOf(records)).toMatchObject([{ lastName: 'ROUX', level: '', classLabel: 'A' }]);
    expect(remarksOf(records).sort()).toEqual([
      'ATTRIBUTE_UNKNOWN 1',
      'CONTROL_CHARACTER 2',
      'INE_MALFORMED 2',
      'LEVEL_UNKNOWN 2',
    ]);
  });

  test('a wrong UAI places nobody in another school', async () => {
    const text = 'Nom;Prénom;UAI;Classe\nA;B;0440290C;CP';
    const records = await readFiles({ 'Teacher.csv': text });
    expect(peopleOf(records)).toMatchObject([{ structureKeys: [] }]);
    expect(peopleOf(records)[0]).not.toHaveProperty('classes');
    expect(remarksOf(records)).toEqual(['UAI_INVALID 2', 'CLASS_WITHOUT_SCHOOL 2']);
  });
});

describe('guardians', () => {
  const families = (...rows: string[]) =>
    readFiles({
      'Student.csv': pupils('DURAND;Lila;2017-01-01;CE1 B', 'DURAND;Milo;2018-01-01;GS'),
      'Relative.csv': guardians(...rows),
    });

  test('are linked to the namesake of the stated class; without it to neither', async () => {
    expect(linksOf(await families('A;B;;DURAND;Lila;ce1 b'))).toEqual([0, 1, 0]);
    const doubtful = await families('A;B;;DURAND;Lila;CE1');
    expect(linksOf(doubtful)).toEqual([0, 0, 0]);
    expect(remarksOf(doubtful)).toEqual(['CHILD_DOUBTFUL 2']);
    expect(remarksOf(await families('A;B;;DURAND;Zoé;'))).toEqual(['CHILD_UNKNOWN 2']);
  });

  test('of one name are one person at one address, and two at two', async () => {
    const child = 'DURAND;Milo;GS';
    const one = await families(`A;B;1 rue;${child}`, `a;B;1  Rue;${child}`);
    expect([linksOf(one), remarksOf(one)]).toEqual([[0, 0, 1], ['DUPLICATE_ENTRY 3']]);
    const two = await families(`A;B;1 rue;${child}`, `A;B;2 rue;${child}`);
    expect(linksOf(two)).toEqual([0, 0, 2]);
    expect(remarksOf(two)).toEqual(['GUARDIAN_HOMONYMS 2', 'GUARDIAN_HOMONYMS 3']);
  });

  test.each([
    ['without any address', '', ''],
    ['by their phone', ';0600000001', ';0600000002'],
    ['by their mail', 'a@example.org;', 'b@example.org;'],
  ])('DIR-2: of one name, %s, are not given each other’s children', async (_how, one, other) => {
    const told = await readFiles({
      'Student.csv': pupils('BENALI;Sara;2017-01-01;CE1', 'BENALI;Tom;2018-01-01;GS'),
      'Relative.csv': [
        'Nom;Prénom;Nom élève;Prénom élève;Classe élève;Courriel;Téléphone portable',
        `BENALI;Ali;BENALI;Sara;CE1;${one}`,
        `BENALI;Ali;BENALI;Tom;GS;${other}`,
      ].join('\n'),
    });
    expect(linksOf(told)).toEqual([0, 1, 1]);
    expect(peopleOf(told).filter(({ kind }) => kind === 'guardian')).toHaveLength(2);
    expect(remarksOf(told)).toEqual(['GUARDIAN_HOMONYMS 2', 'GUARDIAN_HOMONYMS 3']);
  });

  test('stand in rows that end in several ways, as where one was added by hand', async () => {
    const told = await readFiles({
      'Student.csv': `Nom;Prénom;Né(e) le;Classe\r\nDURAND;Lila;2016-03-09;CP\nDURAND;Milo;2018-01-01;GS\r\n`,
    });
    expect(peopleOf(told)).toMatchObject([
      { firstName: 'Lila', line: 2 },
      { firstName: 'Milo', line: 3 },
    ]);
  });

  test.each([
    ['"sep=;"', ';'],
    ['sep=,', ','],
  ])('stand below the line by which Excel is told what parts cells: %s', async (first, sign) => {
    const written = (text: string) => `${first}\n${text.replaceAll(';', sign)}`;
    const told = await readFiles({
      'Student.csv': written(pupils()),
      'Relative.csv': written(guardians('A;B;;DURAND;Lila;CP')),
    });
    expect(peopleOf(told)).toMatchObject([
      { kind: 'pupil', firstName: 'Lila', line: 3 },
      { kind: 'guardian', lastName: 'A', line: 3 },
    ]);
    expect([linksOf(told), remarksOf(told)]).toEqual([[1], []]);
  });

  test('of one name and the same children are one, whatever the row says of where they live', async () => {
    const told = await families('A;B;;DURAND;Milo;GS', 'A;B;;durand;MILO;GS');
    expect([linksOf(told), remarksOf(told)]).toEqual([[0, 0, 1], ['DUPLICATE_ENTRY 3']]);
  });
});

describe('an archive with a folder for each school', () => {
  const teachers = (...rows: string[]) => ['Nom;Prénom;Classe;Identifiant', ...rows].join('\n');
  const archived = async (files: Readonly<Record<string, string>>) => {
    const entries = Object.entries(files).map(([name, text]) => ({
      name,
      content: Buffer.from(text),
    }));
    return join(laidDown({ 'ecoles.zip': await zip(entries) }), 'ecoles.zip');
  };
  const readArchive = async (files: Readonly<Record<string, string>>) =>
    read(await archived(files));

  test('DIR-5: the tables of a folder are of its school, and its pupils in the class that it names', async () => {
    const noClass = 'Nom;Prénom;Né(e) le\nROUX;Li;2016-01-01';
    const records = await readArchive({
      'envoi/Ecole A@12_0440358A/Eleves.csv': pupils(),
      'envoi/Ecole A@12_0440358A/Teacher.csv': teachers('BLIN;Anne;CP;T1'),
      'envoi/Le Petit Prince@7_0440290B_Grande section/Student.csv': noClass,
      'envoi/Le Petit Prince@7_0440290B_Grande section/Teacher.csv': teachers('BLIN;Anne;;T1'),
    });
    expect(records).toMatchObject([
      { kind: 'pupil', lastName: 'DURAND', structureKey: '0440358A', classLabel: 'CP' },
      { kind: 'pupil', lastName: 'ROUX', structureKey: '0440290B', classLabel: 'Grande section' },
      // One person, with the places of both folders (DIR-2).
      { kind: 'staff', sourceKey: 'T1', structureKeys: ['0440358A', '0440290B'] },
    ]);
    expect(records[1]).toMatchObject({
      file: 'Le Petit Prince@7_0440290B_Grande section/Student.csv',
      line: 2,
    });
  });

  test('of one school is the same delivery as its tables with the school named', async () => {
    const bare = await readFiles({
      'Student.csv': pupils(),
      'Relative.csv': guardians('DURAND;Nora;;DURAND;Lila;CP'),
    });
    const within = await readArchive({
      'A@1_0440290B/Student.csv': pupils(),
      'A@1_0440290B/Relative.csv': guardians('DURAND;Nora;;DURAND;Lila;CP'),
    });
    const withoutFile = (all: readonly SourceRecord[]) => all.map((one) => ({ ...one, file: '' }));
    expect(withoutFile(within)).toEqual(withoutFile(bare));
  });

  test.each([
    ['a UAI whose letter is wrong', { 'A@1_0440290A/Student.csv': pupils() }, 'SCHOOL_FOLDER'],
    [
      'two tables of a kind',
      { 'A@1_0440290B/Student.csv': pupils(), 'A@1_0440290B/Eleves.csv': pupils() },
      'FILE_TWICE',
    ],
    [
      'folders that say no school',
      { 'a/Student.csv': pupils(), 'b/Student.csv': pupils() },
      'FILE_TWICE',
    ],
    [
      'guardians of one school alone',
      {
        'A@1_0440290B/Student.csv': pupils(),
        'A@1_0440290B/Relative.csv': guardians('DURAND;Nora;;DURAND;Lila;CP'),
        'B@2_0440358A/Student.csv': pupils(),
      },
      'FILE_MISSING',
    ],
    [
      'more rows of a kind than one table may have',
      Object.fromEntries(
        ['0440290B', '0440358A', '0440290B_CP'].map((school) => [
          `A@1_${school}/Student.csv`,
          pupils(...Array.from({ length: 7_000 }, (_, i) => `N;P${i};2016-01-01;CP`)),
        ]),
      ),
      'TOO_LARGE',
    ],
  ])('is refused with %s, and where is said', async (_title, files, cause) => {
    await expect(readArchive(files)).rejects.toMatchObject({ details: { cause } });
  });
});
