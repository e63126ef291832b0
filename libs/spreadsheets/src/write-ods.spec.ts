import { SaxesParser } from 'saxes';
import { fromBufferPromise } from 'yauzl';
import { buffer } from 'node:stream/consumers';
import { writeOds } from './index.js';

type File = { name: string; method: number; extra: number; text: string };

async function filesOf(content: Buffer): Promise<File[]> {
  const zip = await fromBufferPromise(content);
  const files: File[] = [];
  for await (const entry of zip.eachEntry()) {
    const text = (await buffer(await zip.openReadStreamPromise(entry))).toString('utf8');
    const { fileName: name, compressionMethod: method, extraFieldLength: extra } = entry;
    files.push({ name, method, extra, text });
  }
  return files;
}
const contentOf = async (content: Buffer) =>
  (await filesOf(content)).find(({ name }) => name === 'content.xml')?.text ?? '';

test('GOV-1: a valid package: mimetype first and stored, every other file in the manifest, well-formed XML', async () => {
  const content = await writeOds([
    {
      name: 'Membres',
      rows: [
        ['Membre', 'Comptes'],
        ['Vertou', 9],
      ],
    },
  ]);
  // Where `file` and LibreOffice look for the type: name at 30, no extra field, value at 38.
  expect(content.subarray(30, 38).toString()).toBe('mimetype');
  expect(content.subarray(38, 38 + 46).toString()).toBe(
    'application/vnd.oasis.opendocument.spreadsheet',
  );
  const files = await filesOf(content);
  expect(files[0]).toMatchObject({ name: 'mimetype', method: 0, extra: 0 });
  expect(files.map(({ name }) => name)).toEqual([
    'mimetype',
    'META-INF/manifest.xml',
    'styles.xml',
    'content.xml',
  ]);
  for (const { name, text } of files.slice(1)) {
    expect(() => new SaxesParser({ xmlns: true }).write(text).close()).not.toThrow();
    if (!name.startsWith('META-INF')) expect(files[1]?.text).toContain(`full-path="${name}"`);
  }
});

test('the same rows give the same bytes', async () => {
  const write = () => writeOds([{ name: 'A', rows: [['x', 1]] }]);
  expect(await write()).toEqual(await write());
});

test('text stays text, numbers are numbers', async () => {
  const xml = await contentOf(
    await writeOds([{ name: 'A', rows: [['=1+1', 1.5, -3n, null, '<é & "b">']] }]),
  );
  expect(xml).not.toContain('table:formula');
  expect(xml).toContain('office:value-type="string"><text:p>=1+1</text:p>');
  expect(xml).toContain('office:value="1.5"><text:p>1,5</text:p>');
  expect(xml).toContain('office:value="-3"');
  expect(xml).toContain('<text:p>&lt;é &amp; &quot;b&quot;&gt;</text:p>');
});

test('spaces, line ends and signs that XML cannot carry', async () => {
  const xml = await contentOf(await writeOds([{ name: 'A/B', rows: [['  a\tb\nc\u0001\ud800']] }]));
  expect(xml).toContain(
    '<text:p><text:s text:c="2"/>a<text:tab/>b</text:p><text:p>c\ufffd\ufffd</text:p>',
  );
  expect(xml).toContain('table:name="A B"');
});

test('a sheet without rows is a sheet', async () => {
  expect(await contentOf(await writeOds([{ name: '', rows: [] }]))).toContain('<table:table-row>');
  await expect(writeOds([])).rejects.toThrow(RangeError);
});
