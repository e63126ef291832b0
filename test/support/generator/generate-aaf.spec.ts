import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { realPublicSchools } from '../data/schools.js';
import { generateAaf, type GenerateAafOptions } from './generate-aaf.js';

jest.setTimeout(60_000);

const schools = realPublicSchools()
  .slice(0, 4)
  .map(({ uai }, index) => ({ uai, headcount: 60 + 25 * index }));
const rentree = '2022-09-01';

describe('the AAF-1D generator', () => {
  const folders: string[] = [];
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  async function generate(options: Partial<GenerateAafOptions> = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'aaf-'));
    folders.push(folder);
    return generateAaf({ seed: 1, schools, rentree, folder, ...options });
  }
  const digest = ({ folder, files }: { folder: string; files: readonly string[] }) =>
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex'),
    ]);
  const textOf = (
    { folder, files }: { folder: string; files: readonly string[] },
    entity: string,
  ) =>
    files
      .filter((file) => file.includes(entity))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('');

  test('gives byte-identical files for the same seed, others for another', async () => {
    const [first, second, other] = [
      await generate(),
      await generate(),
      await generate({ seed: 2 }),
    ];
    expect(digest(first)).toEqual(digest(second));
    expect(digest(first)).not.toEqual(digest(other));
  });

  test('counts what it wrote, in parts of bounded size', async () => {
    const result = await generate({ entriesPerPart: 100 });
    expect(result).toMatchObject({ structures: 4, pupils: 60 + 85 + 110 + 135 });
    expect(result.pupilsByUai).toEqual(
      Object.fromEntries(schools.map(({ uai, headcount }) => [uai, headcount])),
    );
    expect(textOf(result, '_Eleve_').match(/<addRequest>/g)).toHaveLength(390);
    expect(textOf(result, 'PersRelEleve').match(/<addRequest>/g)).toHaveLength(result.guardians);
    expect(result.files).toContain('ENT1DVA-ENT17_Complet_20220901_Eleve_0003.xml');
    // 1.95 guardians a pupil, shared by 1.35 siblings and some more across schools.
    expect(result.guardians / result.pupils).toBeGreaterThan(1.1);
    expect(result.guardians / result.pupils).toBeLessThan(1.7);
  });

  test('changes only what the changes of the second day say', async () => {
    const [a, b] = schools.map(({ uai }) => uai) as [string, string];
    const second = await generate({
      exportedOn: '2022-09-20',
      changes: [
        { kind: 'enter', uai: a, count: 7, day: '2022-09-12' },
        { kind: 'leave', uai: b, count: 3, day: '2022-09-15' },
        { kind: 'move', uai: a, pupil: 5, toUai: b, day: '2022-09-15' },
        { kind: 'enter', uai: b, count: 50, day: '2022-10-01' },
      ],
    });
    expect(second.pupilsByUai[a]).toBe(60 + 7 - 1);
    expect(second.pupilsByUai[b]).toBe(85 - 3 + 1);
    const before = new Set(
      textOf(await generate(), '_Eleve_')
        .split('<addRequest>')
        .slice(1),
    );
    const after = textOf(second, '_Eleve_').split('<addRequest>').slice(1);
    expect(after.filter((entry) => !before.has(entry))).toHaveLength(7 + 1);
  });

  test('writes ISO-8859-15 with references for what the charset lacks', async () => {
    const result = await generate({ encoding: 'ISO-8859-15' });
    const bytes = readFileSync(join(result.folder, result.files[1]!));
    expect(bytes.toString('latin1')).toContain('encoding="ISO-8859-15"');
    expect(bytes.includes(Buffer.from('é', 'latin1'))).toBe(true);
  });
});
