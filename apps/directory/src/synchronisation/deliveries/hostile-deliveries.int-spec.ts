import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { patched, tgz, zip } from '../../../test/archives.test-support.js';
import { academy, caller, ImportBed, sourceCode } from '../../../test/import-bed.test-support.js';
import { Delivery } from './delivery.pg.js';

jest.setTimeout(120_000);

/**
 * Goal: whatever lies where an export should lie, no part of it comes in: whoever delivered reads which file, where and what
 * to do, and the next delivery is read as if nothing had been (DIR-3). Method: an export written by hand is in; another one
 * of a later day is laid down with one thing wrong, or changed once it was asked for, or while it is read, and goes through
 * the whole import; then everything stored is compared, and in the end that export comes in as it was meant.
 */
const golden = join(import.meta.dirname, '../../../test/goldens/aaf-1d-full');
const files = readdirSync(golden).filter((name) => name.endsWith('.xml'));
const fileOf = (entity: string) => files.find((name) => name.endsWith(`_${entity}_0000.xml`))!;
const [pupils, guardians] = [fileOf('Eleve'), fileOf('PersRelEleve')];
/** The export of a later day, in which everybody has changed the name. */
const later = (name: string) =>
  readFileSync(join(golden, name), 'utf8')
    .replace('"15/09/2025"', '"16/09/2025"')
    .replaceAll(/(<attr name="ENTPersonNom"><value>)/g, '$1De ');

let bed: ImportBed;
let before: string[];
let elsewhere: string;
beforeAll(async () => {
  bed = await ImportBed.start('2025-09-20');
  const { declare } = bed.parts();
  await declare.execute({ ...academy, sourceCode: 'tables', kind: 'ENT_CSV' }, caller);
  bed.lay(
    'first',
    Object.fromEntries(files.map((name) => [name, readFileSync(join(golden, name), 'utf8')])),
  );
  expect(await bed.import('first')).toMatchObject({ state: 'COMPLETED' });
  before = await everything();
  elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  writeFileSync(join(elsewhere, 'secret'), 'root:x:0:0');
});
afterAll(async () => {
  rmSync(elsewhere, { recursive: true });
  await bed.stop();
});

/** All that is stored of people, and whatever an import has begun. */
async function everything(): Promise<string[]> {
  const counts = [
    'plan',
    'plan_change',
    'doubtful_pair',
    'delivered_person',
    'delivered_structure',
  ];
  const begun = await Promise.all(counts.map(async (of) => `${of} ${await bed.count(of)}`));
  return [...(await bed.stored()), ...(await bed.stated(sourceCode)), ...begun];
}

let deliveries = 0;
/** The later export, with these files as they are here. */
function layLater(change: Readonly<Record<string, string | Buffer>> = {}): string {
  const folder = `later-${(deliveries += 1)}`;
  bed.lay(folder, Object.fromEntries(files.map((name) => [name, later(name)])));
  for (const [name, content] of Object.entries(change))
    writeFileSync(join(bed.root, folder, name), content);
  return folder;
}

type Asked = { source?: string; datedOn?: string; uai?: string };

/** Asks for an import and lets the worker run: what whoever delivered is told. `asked`: what happens between the two. */
async function refusalOf(folder: string, said: Asked = {}, asked = () => undefined as void) {
  const { source = sourceCode, ...rest } = said;
  const { start, worker, imports } = bed.parts();
  const started = await start.execute({ ...rest, folder, sourceCode: source, caller }).catch(
    // Seen before anything is begun.
    ({ code, message }: { code: string; message: string }) => ({ code, message }),
  );
  if (!('importId' in started)) return started;
  asked();
  const stateOf = async () => (await imports.get(started.importId)).state;
  // What may be a fault of the disk is tried again.
  for (let tries = 0; tries < 3 && (await stateOf()) === 'READING'; tries += 1)
    await worker.runNext();
  const { state, remarks } = await imports.get(started.importId);
  expect(state).toBe('REFUSED');
  const stops = ['SOURCE_UNREADABLE', 'DELIVERY_CHANGED', 'FOLDER_UNKNOWN'];
  const { code, message } = remarks.find((remark) => stops.includes(remark.code))!;
  return { code, message };
}
afterEach(async () => {
  jest.restoreAllMocks();
  expect(await everything()).toEqual(before);
});

const doctype = (subset: string) => (text: string) =>
  text.replace(/<!DOCTYPE[^>]*>/, `<!DOCTYPE ficAlimMENESR [\n${subset}\n]>`);
const named = (value: string) => (text: string) =>
  text.replace(/(<attr name="ENTPersonNom"><value>)[^<]*/, `$1${value}`);
const laughs = Array.from(
  { length: 9 },
  (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`,
).join('\n');
const latin = (text: string) => Buffer.from(text, 'latin1');
const declared = (charset: string) => (text: string) => text.replace('"UTF-8"', `"${charset}"`);

test.each<[string, (text: string) => string | Buffer, RegExp]>([
  [
    'an entity that stands for a thousand million',
    (text) => named('&l9;')(doctype(`<!ENTITY l0 "ha">\n${laughs}`)(text)),
    /coupé ou mal formé \(.*_Eleve_0000\.xml, ligne \d+\)/,
  ],
  [
    'an entity that stands for a file of the machine',
    (text) => named('&x;')(doctype(`<!ENTITY x SYSTEM "file:///etc/passwd">`)(text)),
    /coupé ou mal formé \(.*_Eleve_0000\.xml, ligne \d+\)/,
  ],
  [
    'bytes of another charset than is declared',
    (text) => latin(named('HÉRON')(text)),
    /jeu de caractères qu’il annonce \(.*_Eleve_0000\.xml, ligne \d+\)/,
  ],
  [
    'UTF-8 that is declared as ISO-8859-15',
    (text) => declared('ISO-8859-15')(named('HÉRON, né à Orléans')(text)),
    /jeu de caractères qu’il annonce \(.*_Eleve_0000\.xml, ligne \d+\)/,
  ],
  [
    'a charset that nobody knows',
    declared('klingon'),
    /jeu de caractères qu’il annonce \(.*_Eleve_0000\.xml, ligne \d+\)/,
  ],
  [
    'two charsets in one file that declares none',
    (text) =>
      Buffer.concat([
        latin(named('HÉRON')(text.replace(/<\?xml[^>]*>/, ''))),
        Buffer.from('<!-- Orléans -->'),
      ]),
    /écrites de deux façons.*\(.*_Eleve_0000\.xml, ligne \d+\)/,
  ],
  ['a NUL', named('DU\0PONT'), /coupé ou mal formé \(.*_Eleve_0000\.xml, ligne \d+\)/],
  ['nothing', () => '', /\(.*_Eleve_0000\.xml, ligne 1\)/],
])('DIR-3: pupils’ file with %s: no part of the export comes in', async (_what, change, says) => {
  const { code, message } = await refusalOf(layLater({ [pupils]: change(later(pupils)) }));
  expect([code, message]).toEqual(['SOURCE_UNREADABLE', expect.stringMatching(says)]);
  expect(message).toContain('Rien n’a été importé : corrigez-la, puis envoyez de nouveau');
  expect(message).not.toContain('root:');
});

test('DIR-3: an address in a DOCTYPE is asked for nothing', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end();
  }).listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.dtd`;
    const subset = `<!ENTITY % all SYSTEM "${url}">\n%all;\n<!ENTITY x SYSTEM "${url}">`;
    const hostile = named('&x;')(doctype(subset)(later(pupils)));
    const { code } = await refusalOf(layLater({ [pupils]: hostile }));
    expect([code, asked]).toEqual(['SOURCE_UNREADABLE', 0]);
  } finally {
    server.close();
  }
});

const packed = (names: readonly string[] = files) =>
  names.map((name) => ({ name, content: Buffer.from(later(name)) }));
const link = { type: 'symlink', linkname: '/etc/passwd' } as const;
const archives: readonly [string, string, () => Promise<Buffer>, RegExp][] = [
  [
    ...(['a name that leads out of it', 'tgz'] as const),
    () => tgz([...packed(), { name: 'x', tar: { name: `../../${pupils}` } }]),
    /ce nom mène hors de l’archive/,
  ],
  [
    ...(['a name that leads out of it', 'zip'] as const),
    async () => {
      const safe = `nn/${guardians}`;
      const whole = await zip([
        ...packed(files.filter((name) => name !== guardians)),
        { name: safe, content: Buffer.from(later(guardians)) },
      ]);
      return patched(whole, safe, `../${guardians}`);
    },
    /ce nom mène hors de l’archive/,
  ],
  [
    ...(['a link', 'tgz'] as const),
    () => tgz([...packed(files.filter((name) => name !== pupils)), { name: pupils, tar: link }]),
    /lien ou un fichier spécial \(.*_Eleve_0000\.xml\)/,
  ],
  [
    ...(['a link', 'zip'] as const),
    () =>
      zip([
        ...packed(files.filter((name) => name !== pupils)),
        { name: pupils, content: Buffer.from('/etc/passwd'), zip: { mode: 0o120777 } },
      ]),
    /lien ou un fichier spécial \(.*_Eleve_0000\.xml\)/,
  ],
  ['half of it', 'tgz', async () => half(await tgz(packed())), /coupée ou abîmée/],
  ['half of it', 'zip', async () => half(await zip(packed())), /coupée ou abîmée/],
  [
    ...(['zeroes that unpack to a thousand times', 'tgz'] as const),
    () => tgz([...packed(), { name: 'bomb.xml', content: Buffer.alloc(64 * 1024 * 1024) }]),
    /plus que ce qui est lu en une fois/,
  ],
];
const half = (archive: Buffer) => archive.subarray(0, archive.length / 2);

test.each(archives)(
  'DIR-3: an archive with %s, as .%s, is refused when it is asked for',
  async (_what, kind, archive, says) => {
    bed.lay('.', { [`hostile.${kind}`]: '' });
    writeFileSync(join(bed.root, `hostile.${kind}`), await archive());
    const { code, message } = await refusalOf(`hostile.${kind}`);
    expect([code, message]).toEqual(['SOURCE_UNREADABLE', expect.stringMatching(says)]);
  },
);

test.each(archives)(
  'DIR-3: an archive that was laid down whole, and has %s, as .%s, once it is read',
  async (_what, kind, archive, says) => {
    const name = `whole-${(deliveries += 1)}.${kind}`;
    const path = join(bed.root, name);
    writeFileSync(path, await (kind === 'zip' ? zip : tgz)(packed()));
    const hostile = await archive();
    const { code, message } = await refusalOf(name, {}, () => writeFileSync(path, hostile));
    expect([code, message]).toEqual(['SOURCE_UNREADABLE', expect.stringMatching(says)]);
  },
);

test('DIR-3: a pipe that nobody writes into is refused, and keeps nobody waiting', async () => {
  execFileSync('mkfifo', [join(bed.root, 'pipe.tgz')]);
  const { code, message } = await refusalOf('pipe.tgz');
  expect([code, message]).toEqual([
    ...['SOURCE_UNREADABLE', expect.stringMatching(/lien ou un fichier spécial \(pipe\.tgz\)/)],
  ]);
});

/** What happens to a file of the export, where it lies. */
const changes: readonly [string, (path: string) => void][] = [
  ['swapped', (path) => writeFileSync(path, readFileSync(join(golden, pupils), 'utf8'))],
  ['cut', (path) => truncateSync(path, 2_000)],
  ['emptied', (path) => truncateSync(path)],
  ['longer', (path) => appendFileSync(path, '\n<!-- more -->\n')],
  ['gone', (path) => rmSync(path)],
  [
    'a link',
    (path) => {
      rmSync(path);
      symlinkSync(join(elsewhere, 'secret'), path);
    },
  ],
  [
    'a folder',
    (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  ],
];
/** Told with what to do: the files are other ones now, or one of them cannot be read, and which. */
const isTold = ({ code, message }: { code: string; message: string }) => {
  if (code === 'DELIVERY_CHANGED') expect(message).toContain('redemandez l’import');
  else if (code === 'SOURCE_UNREADABLE')
    expect(message).toMatch(/\((Eleve|.*_Eleve_0000\.xml(, ligne \d+)?)\)\. Rien n’a été importé/);
  else
    expect([code, message]).toEqual(['FOLDER_UNKNOWN', expect.stringContaining('zone de dépôt')]);
};

test.each(changes)(
  'DIR-3: a file that is %s between the demand and its reading',
  async (_what, change) => {
    const folder = layLater();
    isTold(await refusalOf(folder, {}, () => change(join(bed.root, folder, pupils))));
  },
);

test.each([
  ...changes,
  [
    'gone with all others',
    (path: string) => rmSync(join(path, '..'), { recursive: true }),
  ] as const,
])('DIR-3: a file that is %s while the export is read', async (_what, change) => {
  const folder = layLater();
  const path = join(bed.root, folder, pupils);
  const stage = Delivery.prototype.stage;
  // The schools have been read, the pupils have not.
  const staged = jest.spyOn(Delivery.prototype, 'stage').mockImplementationOnce(function (
    this: Delivery,
    records,
  ) {
    change(path);
    return stage.call(this, records);
  });
  isTold(await refusalOf(folder));
  expect(staged).toHaveBeenCalled();
});

test.each(['cut', 'emptied', 'renamed over'])(
  'DIR-3: a long file that is %s while it is read itself',
  async (how) => {
    // Longer than what is read ahead, so that its end comes from the disk when half of it has been taken.
    const long = later(pupils).replace(
      '</ficAlimMENESR>',
      `${'<!-- more -->\n'.repeat(60_000)}</ficAlimMENESR>`,
    );
    const folder = layLater({ [pupils]: long });
    const path = join(bed.root, folder, pupils);
    const stage = Delivery.prototype.stage;
    let changed = false;
    jest.spyOn(Delivery.prototype, 'stage').mockImplementation(function (this: Delivery, records) {
      if (!changed && records.some(({ kind }) => kind === 'pupil')) {
        changed = true;
        if (how === 'cut') truncateSync(path, long.length / 2);
        else if (how === 'emptied') truncateSync(path);
        else {
          writeFileSync(join(elsewhere, pupils), later(pupils));
          renameSync(join(elsewhere, pupils), path);
        }
      }
      return stage.call(this, records);
    });
    isTold(await refusalOf(folder));
    expect(changed).toBe(true);
  },
);

const table = 'Nom;Prénom;Né(e) le;Classe\n';
test.each<[string, Buffer | string, RegExp]>([
  [
    'two charsets',
    Buffer.concat([
      Buffer.from(`${table}HÉRON;Léa;2016-03-09;CP\n`),
      latin('HÉRON;Noé;2016-03-09;CP\n'),
    ]),
    /écrites de deux façons.*\(Student\.csv/,
  ],
  ['UTF-16', Buffer.from(`\ufeff${table}`, 'utf16le'), /\(Student\.csv/],
  [
    'a quote that never ends',
    `${table}"HÉRON;Léa;2016-03-09;CP\n`,
    /coupé ou mal formé \(Student\.csv, ligne \d+\)/,
  ],
  ['nothing', '', /\(Student\.csv/],
  ['one line of 200,000 columns', `${';'.repeat(200_000)}\n`, /\(Student\.csv/],
])('DIR-3: a table of %s is refused, and says where', async (_what, content, says) => {
  const folder = `table-${(deliveries += 1)}`;
  bed.lay(folder, {});
  writeFileSync(join(bed.root, folder, 'Student.csv'), content);
  const { code, message } = await refusalOf(folder, {
    ...{ source: 'tables', datedOn: '2025-09-16', uai: '0440290B' },
  });
  expect([code, message]).toEqual(['SOURCE_UNREADABLE', expect.stringMatching(says)]);
});

describe('in the end', () => {
  afterEach(async () => {
    before = await everything();
  });

  test('DIR-3: the export as it was meant comes in, whole', async () => {
    expect(await bed.import(layLater())).toMatchObject({ state: 'COMPLETED', peopleCreated: 0 });
    const { rows } = await bed.db.database.query<{ last_name: string }>(
      'select last_name from person',
    );
    expect(rows.every(({ last_name }) => last_name.startsWith('De '))).toBe(true);
  });
});
