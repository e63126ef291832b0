import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { jest } from '@jest/globals';
import { patched, tgz, zip, type Packed } from '../../../test/archives.test-support.js';
import { openDelivery } from './open-delivery.js';
import { unpackLimits, UnpackBudget } from './unpack-budget.js';

jest.setTimeout(60_000);

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'delivery-'));
  folders.push(folder);
  return folder;
}

/** The wanted files (`….xml`) of a delivery with their texts, twice read. */
async function contentOf(path: string): Promise<string[][]> {
  const delivery = await openDelivery(path, (name) => name.endsWith('.xml'));
  try {
    const read = [];
    for (const { name, open } of delivery.files) {
      expect(await text(await open())).toBe(await text(await open()));
      read.push([name, await text(await open())]);
    }
    return read.sort();
  } finally {
    await delivery.close();
  }
}
function laidDown(content: Buffer, name = 'export.bin'): string {
  const path = join(newFolder(), name);
  writeFileSync(path, content);
  return path;
}
const causeOf = (content: Buffer): Promise<unknown> =>
  contentOf(laidDown(content)).then(
    () => 'READ',
    (error: { details?: { cause?: string } }) => error.details?.cause ?? error,
  );

const file = (name: string, content = 'a', more: Partial<Packed> = {}): Packed => ({
  name,
  content: Buffer.from(content),
  ...more,
});
const both = [
  ['tgz', tgz],
  ['zip', zip],
] as const;

describe.each(both)('a delivery as .%s', (kind, archive) => {
  test('holds the wanted files by their bare names, read as often as one likes', async () => {
    const big = 'é'.repeat(200_000);
    const packed = await archive([
      file('Complet/b.xml', big),
      file('Complet/readme.txt'),
      file('a.xml', ''),
    ]);
    expect(await contentOf(laidDown(packed))).toEqual([
      ['a.xml', ''],
      ['b.xml', big],
    ]);
  });

  test('refuses two files of one name', async () => {
    expect(await causeOf(await archive([file('a/x.xml'), file('b/x.xml')]))).toBe('FILE_TWICE');
  });

  test('refuses more than 5,000 entries, wanted or not', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => file(`${i}.txt`, '', { zip: { compress: false } }));
    expect(await causeOf(await archive(many(5_001)))).toBe('TOO_MANY_FILES');
    expect(await causeOf(await archive(many(5_000)))).toBe('READ');
  });

  test('refuses what unpacks to more than 200 times itself', async () => {
    const bomb = { name: 'x.xml', content: Buffer.alloc(32 * 1024 * 1024) };
    expect(await causeOf(await archive([bomb]))).toBe('TOO_LARGE');
    const small = { name: 'x.xml', content: Buffer.alloc(15 * 1024 * 1024) };
    expect(await causeOf(await archive([small]))).toBe('READ');
  });

  test('refuses what is cut', async () => {
    const whole = await archive([{ name: 'x.xml', content: randomBytes(100_000) }]);
    expect(await causeOf(whole.subarray(0, 60_000))).toBe('ARCHIVE_DAMAGED');
  });

  test.each(['../bb/x.xml', '/abs/bb.xml', 'C:/dd/e.xml', 'aaa\\bbb.xml', 'aa/..//x.xml'])(
    'refuses the name %s',
    async (name) => {
      const safe = 'n'.repeat(name.length);
      const packed =
        kind === 'zip'
          ? patched(await zip([file(safe)]), safe, name)
          : await tgz([file('x', 'a', { tar: { name } })]);
      expect(await causeOf(packed)).toBe('PATH_REFUSED');
    },
  );

  test('refuses a link', async () => {
    const link = file('x.xml', kind === 'zip' ? '/etc/passwd' : '', {
      tar: { type: 'symlink', linkname: '/etc/passwd' },
      zip: { mode: 0o120777 },
    });
    expect(await causeOf(await archive([link]))).toBe('NOT_A_FILE');
  });
});

describe('a delivery as .tgz', () => {
  test('leaves no file of people beside the archive, also while it is read', async () => {
    const path = laidDown(await tgz([file('x.xml', 'people')]), 'export.tgz');
    const delivery = await openDelivery(path, () => true);
    expect(readdirSync(join(path, '..'))).toEqual(['export.tgz']);
    expect(await text(await delivery.files[0]!.open())).toBe('people');
    await delivery.close();
  });

  test.each(['link', 'character-device', 'fifo'] as const)('refuses a %s', async (type) => {
    const odd = file('x.xml', '', { tar: { type, linkname: 'y.xml' } });
    expect(await causeOf(await tgz([odd]))).toBe('NOT_A_FILE');
  });

  test('refuses headers that go on, which would be held whole', async () => {
    const comment = randomBytes(2 * 1024 * 1024).toString('hex');
    const packed = await tgz([file('x.xml', 'a', { tar: { pax: { comment } } })]);
    expect(await causeOf(packed)).toBe('ARCHIVE_DAMAGED');
  });
});

describe('a delivery as .zip', () => {
  test('refuses an encrypted file', async () => {
    const packed = await zip([file('x.xml')]);
    packed[packed.indexOf('PK\u0001\u0002') + 8]! |= 1;
    expect(await causeOf(packed)).toBe('ENCRYPTED');
  });

  test('refuses content that is not what was packed', async () => {
    const packed = await zip([file('x.xml', 'people', { zip: { compress: false } })]);
    expect(await causeOf(patched(packed, 'people', 'peopel'))).toBe('ARCHIVE_DAMAGED');
  });
});

describe('a delivery as a folder or a file', () => {
  test('holds the wanted files', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'b.xml'), 'b');
    writeFileSync(join(folder, 'c.txt'), 'c');
    expect(await contentOf(folder)).toEqual([['b.xml', 'b']]);
    expect(await contentOf(join(folder, 'b.xml'))).toEqual([['b.xml', 'b']]);
  });

  test.each<[string, (path: string) => void]>([
    ['a link', (path) => symlinkSync('/etc/hostname', path)],
    ['a folder', (path) => mkdirSync(path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ])(
    'DIR-3: refuses %s, also one that came since the folder was looked at',
    async (_what, make) => {
      const folder = newFolder();
      const path = join(folder, 'b.xml');
      writeFileSync(path, 'b');
      const [delivery, single] = [
        await openDelivery(folder, () => true),
        await openDelivery(path, () => true),
      ];
      rmSync(path);
      const gone = { details: { file: 'b.xml', cause: 'FILE_GONE' } };
      await expect(delivery.files[0]!.open()).rejects.toMatchObject(gone);
      make(path);
      const odd = { details: { file: 'b.xml', cause: 'NOT_A_FILE' } };
      await expect(delivery.files[0]!.open()).rejects.toMatchObject(odd);
      await expect(single.files[0]!.open()).rejects.toMatchObject(odd);
      await expect(contentOf(folder)).rejects.toMatchObject(odd);
    },
  );

  test('refuses a pipe where it is the delivery', async () => {
    const path = join(newFolder(), 'b.xml');
    execFileSync('mkfifo', [path]);
    await expect(contentOf(path)).rejects.toMatchObject({ details: { cause: 'NOT_A_FILE' } });
  });

  test('is unknown when it is not there', async () => {
    await expect(contentOf(join(newFolder(), 'none'))).rejects.toMatchObject({
      code: 'FOLDER_UNKNOWN',
    });
  });
});

test('what a delivery unpacks to is bounded however little it stretches', () => {
  const budget = new UnpackBudget('export.tgz', unpackLimits.bytes);
  budget.unpacked(unpackLimits.bytes);
  expect(() => budget.unpacked(1)).toThrow('8 Go d’une archive');
});
