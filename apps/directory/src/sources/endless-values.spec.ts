import { Readable } from 'node:stream';
import { entriesOf } from './aaf/aaf-entries.js';
import type { AafFile } from './aaf/aaf-files.js';
import type { DeliveredFile } from './delivery/delivery.js';
import { readEntCsvTable } from './ent-csv/ent-csv-table.js';
import { readOndeTable } from './onde/onde-table.js';

/**
 * Goal: a value of any length costs no memory, is told with its line, and takes nothing from the entry after it. Method:
 * a file that is generated while it is read: larger than what may be held; `npm run prove -- directory` one of 1 GB.
 */
const megabytes = process.env['PROVE'] === '1' ? 1_024 : 96;
const heldMax = 64 * 1_048_576;
const piece = Buffer.alloc(1_048_576, 'x');

const entry = (id: string) =>
  `<addRequest><identifier><id>${id}</id></identifier><attributes><attr name="ENTPersonNom"><value>`;
const end = '</value></attr></attributes></addRequest>\n';

function aFile(pieces: () => Iterable<Buffer | string>): AafFile {
  return {
    ...{ name: 'ENT_Complet_20250915_Eleve_0000.xml', folder: '', entity: 'Eleve', part: 0 },
    open: () =>
      Promise.resolve(
        Readable.from(
          (function* () {
            for (const each of pieces()) yield Buffer.from(each);
          })(),
        ),
      ),
  };
}

/** What is held at the most beyond what was held before. */
async function mostHeld(read: () => Promise<void>): Promise<number> {
  const held = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = held();
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, held() - before)), 50);
  await read().finally(() => clearInterval(watch));
  return most;
}

it(`DIR-3: a value of ${megabytes} MB is told with its line, in bounded memory, and the next entry is whole`, async () => {
  const file = aFile(function* () {
    yield `<?xml version="1.0" encoding="UTF-8"?>\n<ficAlimMENESR>\n${entry('1')}`;
    for (let n = 0; n < megabytes; n += 1) yield piece;
    yield `${end}${entry('2')}DURAND${end}</ficAlimMENESR>`;
  });
  const read: unknown[] = [];
  const most = await mostHeld(async () => {
    for await (const { entries } of entriesOf(file, '')) read.push(...entries);
  });
  expect(read).toMatchObject([
    {
      id: '1',
      line: 3,
      damage: new Set(['VALUE_TOO_LONG']),
      values: new Map([['ENTPersonNom', []]]),
    },
    { id: '2', line: 4, damage: new Set(), values: new Map([['ENTPersonNom', ['DURAND']]]) },
  ]);
  expect(most).toBeLessThan(heldMax);
});

it('DIR-3: a file that ends within such a value is refused, with the line where it was cut', async () => {
  const file = aFile(function* () {
    yield `<?xml version="1.0" encoding="UTF-8"?>\n<ficAlimMENESR>\n${entry('1')}`;
    for (let n = 0; n < 20; n += 1) yield piece;
  });
  const reading = async () => {
    for await (const { entries } of entriesOf(file, '')) expect(entries).toEqual([]);
  };
  await expect(reading()).rejects.toMatchObject({
    code: 'SOURCE_UNREADABLE',
    details: { cause: 'NOT_WELL_FORMED', line: 3 },
  });
});

it.each([
  ['the ENT', readEntCsvTable],
  ['ONDE', readOndeTable],
])(
  'DIR-3: a table of %s with a value of 1 GB is refused at 16 MB, where no more is read',
  async (_of, read) => {
    let pieces = 0;
    const file: DeliveredFile = {
      ...{ name: 'Eleves.csv', folder: '' },
      open: () =>
        Promise.resolve(
          Readable.from(
            (function* () {
              yield Buffer.from('Nom;Prénom;Né(e) le;Classe\n"');
              for (; pieces < 1_024; pieces += 1) yield piece;
            })(),
          ),
        ),
    };
    const most = await mostHeld(async () => {
      await expect(read(file)).rejects.toMatchObject({
        code: 'SOURCE_UNREADABLE',
        details: { file: 'Eleves.csv', cause: 'TOO_LARGE' },
      });
    });
    expect(pieces).toBeLessThan(40);
    expect(most).toBeLessThan(heldMax);
  },
);
