import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { entriesOf } from './aaf/aaf-entries.js';
import type { AafFile } from './aaf/aaf-files.js';
import type { DeliveredFile } from './delivery/delivery.js';
import { readEntCsvTable } from './ent-csv/ent-csv-table.js';
import { readOndeTable } from './onde/onde-table.js';

/**
 * Goal: a value of any length costs no memory, is told with its line, and takes nothing from the entry after it. Method:
 * a file that is generated while it is read: larger than what may be held; `npm run prove -- directory` one of 1 GB.
 */
const megabytes = process.env['PROVE'] === '1' ? 1_024 : 32;
const heldMax = 24 * 1_048_576;
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

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** Of the process, beyond what is garbage. */
function heldNow(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What is held at the most beyond what was held before: looked at with every sixteenth piece. */
class Held {
  most = 0;
  private pieces = 0;
  private readonly before = heldNow();
  look(): void {
    this.pieces += 1;
    if (this.pieces % 16 === 0) this.most = Math.max(this.most, heldNow() - this.before);
  }
}

test(`DIR-3: a value of ${megabytes} MB is told with its line, in bounded memory, and the next entry is whole`, async () => {
  const held = new Held();
  const file = aFile(function* () {
    yield `<?xml version="1.0" encoding="UTF-8"?>\n<ficAlimMENESR>\n${entry('1')}`;
    for (let n = 0; n < megabytes; n += 1) {
      held.look();
      yield piece;
    }
    yield `${end}${entry('2')}DURAND${end}</ficAlimMENESR>`;
  });
  const read: unknown[] = [];
  for await (const { entries } of entriesOf(file, '')) read.push(...entries);
  expect(read).toMatchObject([
    {
      id: '1',
      line: 3,
      damage: new Set(['VALUE_TOO_LONG']),
      values: new Map([['ENTPersonNom', []]]),
    },
    { id: '2', line: 4, damage: new Set(), values: new Map([['ENTPersonNom', ['DURAND']]]) },
  ]);
  expect(held.most).toBeLessThan(heldMax);
});

test('DIR-3: a file that ends within such a value is refused, with the line where it was cut', async () => {
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

test.each([
  ['the ENT', readEntCsvTable],
  ['ONDE', readOndeTable],
])(
  'DIR-3: a table of %s with a value of 1 GB is refused at 16 MB, where no more is read',
  async (_of, read) => {
    const held = new Held();
    let pieces = 0;
    const file: DeliveredFile = {
      ...{ name: 'Eleves.csv', folder: '' },
      open: () =>
        Promise.resolve(
          Readable.from(
            (function* () {
              yield Buffer.from('Nom;Prénom;Né(e) le;Classe\n"');
              for (; pieces < 1_024; pieces += 1) {
                held.look();
                yield piece;
              }
            })(),
          ),
        ),
    };
    await expect(read(file)).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
      details: { file: 'Eleves.csv', cause: 'TOO_LARGE' },
    });
    expect(pieces).toBeLessThan(40);
    expect(held.most).toBeLessThan(heldMax);
  },
);
