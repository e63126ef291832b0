import {
  renameSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { realPublicSchools } from '../../../../test/support/data/schools.js';
import {
  generateAaf,
  type GenerateAafOptions,
} from '../../../../test/support/generator/generate-aaf.js';
import { AafDirectorySource } from './directory.aaf-source.js';
import type { SourceRecord } from './directory-source.js';

jest.setTimeout(60_000);

const schools = realPublicSchools()
  .slice(0, 3)
  .map(({ uai }) => ({ uai, headcount: 40 }));

describe('reading an AAF-1D export', () => {
  const folders: string[] = [];
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  function newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'aaf-'));
    folders.push(folder);
    return folder;
  }
  const generate = (options: Partial<GenerateAafOptions> = {}) =>
    generateAaf({ seed: 7, schools, rentree: '2022-09-01', folder: newFolder(), ...options });
  let whole: ReturnType<typeof generateAaf> | undefined;
  /** A copy of the one export that is generated without further options. */
  async function anExport() {
    const written = await (whole ??= generate());
    const folder = newFolder();
    cpSync(written.folder, folder, { recursive: true });
    return { ...written, folder };
  }
  async function read(folder: string): Promise<SourceRecord[]> {
    const records: SourceRecord[] = [];
    for await (const batch of new AafDirectorySource().read(folder)) records.push(...batch);
    return records;
  }
  /** A valid export in which one entity's file is replaced. */
  async function withFile(entity: string, content: string | Buffer): Promise<string> {
    const { folder, files } = await anExport();
    writeFileSync(
      join(
        folder,
        files.find((file) => file.includes(`_${entity}_`))!,
      ),
      content,
    );
    return folder;
  }
  const pupil = (attributes: string, head = '<?xml version="1.0" encoding="UTF-8"?>') =>
    `${head}<ficAlimMENESR><addRequest><operationalAttributes><attr name="categoriePersonne"><value>Eleve</value></attr></operationalAttributes>
     <identifier><id>1</id></identifier><attributes><attr name="ENTPersonJointure"><value>1</value></attr>
     <attr name="ENTPersonDateNaissance"><value>04/05/2016</value></attr>${attributes}</attributes></addRequest></ficAlimMENESR>`;
  /** About the pupil above. */
  const remark = {
    kind: 'remark',
    subject: '1',
    file: 'ENT1DVA-ENT17_Complet_20220901_Eleve_0000.xml',
    line: 1,
  };
  const named = (name: string) =>
    `<attr name="ENTPersonNom"><value>${name}</value></attr><attr name="ENTPersonPrenom"><value>Zoé</value></attr>`;

  test('finds everybody that the generator wrote, in parts', async () => {
    const written = await generate({ entriesPerPart: 50 });
    const count = (records: SourceRecord[], kind: string) =>
      records.filter((record) => record.kind === kind).length;
    const records = await read(written.folder);
    expect({
      structures: count(records, 'structure'),
      pupils: count(records, 'pupil'),
      guardians: count(records, 'guardian'),
      staff: count(records, 'staff'),
      remarks: count(records, 'remark'),
    }).toEqual({
      structures: written.structures,
      pupils: written.pupils,
      guardians: written.guardians,
      staff: written.staff,
      remarks: 0,
    });
    expect(records.find(({ kind }) => kind === 'guardian')).not.toHaveProperty('mail');
  });

  test('reads the same people from UTF-8 and from ISO-8859-15', async () => {
    const utf8 = await read((await anExport()).folder);
    const latin9 = await read((await generate({ encoding: 'ISO-8859-15' })).folder);
    expect(latin9).toEqual(utf8);
    expect(JSON.stringify(utf8)).toMatch(/[éèï]/);
  });

  test('tells the perimeter and the day of the export, and the same fingerprint for the same files', async () => {
    const source = new AafDirectorySource();
    const first = await source.inventory((await anExport()).folder);
    const again = await source.inventory((await generate()).folder);
    const later = await source.inventory((await generate({ exportedOn: '2022-09-20' })).folder);
    expect(first).toMatchObject({ perimeter: 'aaf1d-17', datedOn: '2022-09-01' });
    expect(again).toEqual(first);
    expect(later.fingerprint).not.toBe(first.fingerprint);
  });

  test('is dated by the names of its files where nothing else states a day; a birth after that day is refused all the same', async () => {
    const born = named('Roux') + '<attr name="ENTPersonStructRattach"><value>1</value></attr>';
    const text = pupil(born, '').replace('04/05/2016', '02/09/2022');
    const folder = await withFile('Eleve', text);
    expect(await read(folder)).toContainEqual({ ...remark, code: 'BIRTH_DATE_IMPOSSIBLE' });
    const school = join(folder, 'ENT1DVA-ENT17_Complet_20220901_EtabEducNat_0000.xml');
    writeFileSync(school, readFileSync(school, 'utf8').replace(/<!-- date.*?-->\n/, ''));
    const inventory = () => new AafDirectorySource().inventory(folder);
    expect(await inventory()).toMatchObject({ datedOn: '', namedOn: '2022-09-01' });
    const undated = school.replace('_20220901_', '_');
    renameSync(school, undated);
    expect(await inventory()).toMatchObject({ datedOn: '', namedOn: '' });
    renameSync(undated, school.replace('20220901', '20220905'));
    await expect(inventory()).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
      message: expect.stringMatching(/jours différents/),
      details: { cause: 'SEVERAL_DAYS' },
    });
  });

  test('DIR-3: refuses a truncated file, an empty one, a missing entity and a missing part', async () => {
    const truncated = await anExport();
    truncateSync(join(truncated.folder, truncated.files[1]!), 20_000);
    await expect(read(truncated.folder)).rejects.toMatchObject({
      details: { cause: 'NOT_WELL_FORMED' },
    });
    await expect(read(await withFile('Eleve', ''))).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
    });
    await expect(read(await withFile('Eleve', '<ficAlimMENESR/>'))).rejects.toMatchObject({
      details: { cause: 'EMPTY' },
    });
    const entity = await anExport();
    rmSync(
      join(
        entity.folder,
        entity.files.find((file) => file.includes('PersRelEleve'))!,
      ),
    );
    await expect(read(entity.folder)).rejects.toMatchObject({ details: { cause: 'FILE_MISSING' } });
    const part = await generate({ entriesPerPart: 50 });
    rmSync(
      join(
        part.folder,
        part.files.find((file) => file.includes('_Eleve_0001'))!,
      ),
    );
    await expect(read(part.folder)).rejects.toMatchObject({ details: { cause: 'PART_MISSING' } });
  });

  const doctype = (entities: string) =>
    `<?xml version="1.0"?>\n<!DOCTYPE ficAlimMENESR [${entities}]>\n`;
  test.each([
    ['an external entity', doctype('<!ENTITY a SYSTEM "file:///etc/passwd">'), '&a;', 3],
    ['a bomb', doctype('<!ENTITY b "xxxxxxxxxx"><!ENTITY a "&b;&b;&b;">'), '&a;', 3],
    ['a NUL', '\n', 'Mont\0court', 2],
    ['a reference to NUL', '\n', 'Mont&#0;court', 2],
  ])('refuses %s, and says in which line', async (_what, head, name, line) => {
    const folder = await withFile('Eleve', pupil(named(name), head));
    const refusal: unknown = await read(folder).catch((error: unknown) => error);
    // The name stands two lines below the beginning of its entry.
    const place = { file: remark.file, line: line + 2 };
    expect(refusal).toMatchObject({ details: { cause: 'NOT_WELL_FORMED', ...place } });
    expect((refusal as Error).message).toContain(`${place.file}, ligne ${place.line}`);
  });

  test.each([
    ['Latin bytes under UTF-8', 'UTF-8', Buffer.from('É', 'latin1')],
    ['a charset that nobody knows', 'KLINGON-8', Buffer.from('E')],
  ])('refuses %s', async (_what, charset, letter) => {
    const [before, after] = pupil(named('@'), `<?xml version="1.0" encoding="${charset}"?>`).split(
      '@',
    );
    const bytes = Buffer.concat([Buffer.from(before!), letter, Buffer.from(after!)]);
    await expect(read(await withFile('Eleve', bytes))).rejects.toMatchObject({
      details: { cause: 'CHARSET', file: remark.file },
    });
  });

  test('reports a UAI that two entries state, both with their place, and keeps both', async () => {
    const school = (id: number) =>
      `<addRequest><identifier><id>${id}</id></identifier><attributes>
       <attr name="ENTStructureUAI"><value>0440290B</value></attr></attributes></addRequest>\n`;
    const text = `<ficAlimMENESR>${school(5)}${school(6)}${school(7)}</ficAlimMENESR>`;
    const records = await read(await withFile('EtabEducNat', text));
    expect(records.filter(({ kind }) => kind === 'structure')).toHaveLength(3);
    expect(
      records.filter((record) => record.kind === 'remark' && record.code === 'UAI_TWICE'),
    ).toEqual([
      expect.objectContaining({ subject: '5', line: 1 }),
      expect.objectContaining({ subject: '6', line: 3 }),
      expect.objectContaining({ subject: '7', line: 5 }),
    ]);
  });

  test('reads a file without declaration by its bytes, and text that was escaped twice', async () => {
    const bytes = Buffer.from(pupil(named('D&amp;apos;Évrard'), ''), 'latin1');
    expect(
      (await read(await withFile('Eleve', bytes))).find(({ kind }) => kind === 'pupil'),
    ).toMatchObject({ lastName: "D'Évrard", firstName: 'Zoé' });
  });

  test('reports what it ignores by code and id: unknown attributes, values of other part counts, nameless people', async () => {
    const odd =
      named('Montcourt') +
      '<attr name="ENTNouveau"><value>x</value></attr>' +
      '<attr name="ENTEleveAutoriteParentale"><value>12$10</value><value>13$1$1$1</value></attr>';
    const records = await read(await withFile('Eleve', pupil(odd)));
    expect(records.filter(({ kind }) => kind === 'remark')).toEqual([
      { ...remark, code: 'ATTRIBUTE_UNKNOWN', subject: 'ENTNouveau' },
      { ...remark, code: 'VALUE_MALFORMED' },
    ]);
    expect(records.find(({ kind }) => kind === 'pupil')).toMatchObject({
      guardians: [{ sourceKey: '12', relation: '10' }],
    });
    const nameless = await read(await withFile('Eleve', pupil('')));
    expect(nameless).toContainEqual({ ...remark, code: 'NAME_MISSING' });
  });

  test('drops control characters, which PostgreSQL refuses, and says so; a tab or a line end is a blank', async () => {
    const odd = await read(
      await withFile(
        'Eleve',
        pupil(named('Mont&amp;#0;co&amp;#7;urt&amp;#9;de\nla &amp;#55296;Tour')),
      ),
    );
    expect(odd).toContainEqual({ ...remark, code: 'CONTROL_CHARACTER' });
    expect(odd.find(({ kind }) => kind === 'pupil')).toMatchObject({
      lastName: 'Montcourt de la Tour',
    });
  });

  test.each([
    ['text', 'x'.repeat(4_097)],
    ['CDATA', `<![CDATA[${'x'.repeat(200_000)}]]>`],
  ])('ignores an entry with an overlong value in %s, and reads the others', async (_how, value) => {
    const records = (await read(await withFile('Eleve', pupil(named(value))))).filter(
      ({ kind }) => kind === 'remark' || kind === 'pupil',
    );
    expect(records).toEqual([{ ...remark, code: 'VALUE_TOO_LONG' }]);
    const just = await read(await withFile('Eleve', pupil(named('x'.repeat(100)))));
    expect(just.filter(({ kind }) => kind === 'pupil')).toHaveLength(1);
    const longer = await read(await withFile('Eleve', pupil(named('x'.repeat(101)))));
    expect(longer.filter(({ kind }) => kind === 'pupil')).toEqual([]);
    expect(longer).toContainEqual({ ...remark, code: 'WORD_TOO_LONG' });
  });

  test('decides who teaches by the flag, then by the function', async () => {
    const records = await read((await anExport()).folder);
    const staff = records.filter((record) => record.kind === 'staff');
    expect(staff.filter(({ headOf }) => headOf.length > 0)).toHaveLength(3);
    expect(staff.some(({ isTeacher }) => !isTeacher)).toBe(true);
  });
});
