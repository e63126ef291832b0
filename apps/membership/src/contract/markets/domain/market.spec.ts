import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { localDate } from '#libs/time';
import { toMarketMessage } from '../market-message.js';
import { type MarketFile, marketSchema, parseMarketFile, readMarketFile } from '../markets.dto.js';
import { fileInvalid, MarketFileInvalid } from './market.js';

const file = () =>
  JSON.parse(readFileSync('deploy/local/demo/markets/e-primo-2022.json', 'utf8')) as MarketFile;
const mistakesOf = (change: (market: MarketFile) => void): unknown => {
  const market = file();
  change(market);
  try {
    parseMarketFile(JSON.stringify(market));
  } catch (error) {
    return error instanceof MarketFileInvalid ? error.details['mistakes'] : error;
  }
  return [];
};

test('MKT-3: the file of e-primo-2022 states the dates of the convention', () => {
  const market = parseMarketFile(JSON.stringify(file()));
  expect(market.calendar).toMatchObject({
    adhesionDeadline: '2022-01-15',
    tenderEarliestOn: '2022-01-16',
    effectiveOn: { actual: '2022-07-19' },
    durationMonths: 48,
    endsOn: '2026-07-19',
    lockInMonths: 24,
    noticeWindowMonths: 2,
  });
  expect(market.supplier.iban).toBe('FR7699999000010000000002249');
});

test('MKT-1: all mistakes of a file are told together', () => {
  expect(
    mistakesOf((market) => {
      market.code = 'E Primo';
      Object.assign(market.calendar, { endsOn: '2026-02-30' });
      Object.assign(market.items[0] ?? {}, { quota: 3 });
    }),
  ).toEqual([
    expect.stringContaining('code : '),
    expect.stringContaining('calendar.endsOn : '),
    expect.stringContaining('items.0.quota : '),
  ]);
});

test.each([
  ['a wrong SIRET', (m: MarketFile) => (m.supplier.siret = '99900001100019'), 'supplier.siret'],
  [
    'a wrong VAT number',
    (m: MarketFile) => (m.supplier.vatNumber = 'FR67999000011'),
    'supplier.vatNumber',
  ],
  [
    'a wrong IBAN',
    (m: MarketFile) => (m.supplier.iban = 'FR7799999000010000000002249'),
    'supplier.iban',
  ],
  [
    'an end that is not 48 months on',
    (m: MarketFile) => Object.assign(m.calendar, { endsOn: '2026-07-20' }),
    'calendar.endsOn',
  ],
  [
    'a tender before the deadline',
    (m: MarketFile) => Object.assign(m.calendar, { tenderEarliestOn: '2022-01-15' }),
    'tender',
  ],
  [
    'a missing contract year',
    (m: MarketFile) => m.calendar.contractYears.pop(),
    'calendar.contractYears',
  ],
  [
    'a tolerance without an end (PRV-2)',
    (m: MarketFile) => Object.assign(m.accounts, { overQuota: 'TOLERATE', tolerancePercent: 5 }),
    'accounts.toleranceDays : à renseigner',
  ],
  [
    'a tolerance without a measure (PRV-2)',
    (m: MarketFile) => Object.assign(m.accounts, { overQuota: 'TOLERATE', toleranceDays: 30 }),
    'accounts.tolerancePercent : à renseigner',
  ],
  [
    'the terms of a tolerance where people wait (PRV-2)',
    (m: MarketFile) => Object.assign(m.accounts, { overQuota: 'DRAFT_ORDER', toleranceDays: 30 }),
    'accounts.toleranceDays : à renseigner avec overQuota TOLERATE, et seulement alors',
  ],
  ['an item twice', (m: MarketFile) => m.items.push(...m.items), 'items'],
])('MKT-1: %s is found', (_name, change, path) => {
  expect(mistakesOf(change)).toContainEqual(expect.stringContaining(path));
});

test('PRV-2: what a market says of people without a seat is told to the others', () => {
  const market = file();
  Object.assign(market.accounts, {
    overQuota: 'TOLERATE',
    toleranceDays: 30,
    tolerancePercent: 5,
  });
  expect(
    toMarketMessage({ market: parseMarketFile(JSON.stringify(market)), version: 1 }).accounts,
  ).toMatchObject({ overQuota: 'TOLERATE', toleranceDays: 30, tolerancePercent: 5 });
});

test('MKT-1: what is wrong between fields is told beside what is wrong in others', () => {
  expect(
    mistakesOf((market) => {
      market.title = ' ';
      market.supplier.siret = '99900001100019';
      Object.assign(market.calendar, { endsOn: '2026-02-30', tenderEarliestOn: '2022-01-15' });
      market.items.push(...market.items);
    }),
  ).toEqual([
    expect.stringContaining('title : à renseigner'),
    expect.stringContaining('calendar.endsOn : une date'),
    expect.stringContaining('supplier.siret : ce n’est pas un SIRET'),
    expect.stringContaining('items : le même code d’article figure deux fois'),
    expect.stringContaining(
      'calendar.tenderEarliestOn : la consultation commence après la date limite d’adhésion (art. 8)',
    ),
  ]);
});

test.each([
  ['nothing', ''],
  ['a list', '- code: e-primo-2022'],
  ['a list in JSON', '[]'],
  ['a number', '42'],
  ['sections that are not', '{"supplier": 3, "accounts": null, "calendar": [], "items": "x"}'],
])('MKT-1: a file of %s is told wrong, never a fault', (_name, content) => {
  expect(() => parseMarketFile(content)).toThrow(MarketFileInvalid);
});

test('MKT-1: a file in YAML says the same market as in JSON', () => {
  const market = parseMarketFile(JSON.stringify(file()));
  expect(parseMarketFile(stringify(file()))).toEqual(market);
});

test('MKT-1: a successor is a matter of data, in YAML, marked as invented, with its dates only planned', () => {
  const text = readFileSync('deploy/local/demo/markets/e-primo-2026.yaml', 'utf8');
  const market = parseMarketFile(text);
  expect(market.code).toBe('e-primo-2026');
  expect(market.calendar.effectiveOn).toEqual({ planned: '2026-07-19' });
  expect(market.calendar.effectiveOn.planned).toBe(
    parseMarketFile(JSON.stringify(file())).calendar.endsOn,
  );
  expect((parse(text) as MarketFile).$comment).toMatch(/invented/);
});

test('MKT-1: YAML that says a thing twice, or grows without end, is a mistake with its line', () => {
  expect(readMarketFile('code: a\ncode: b\n').mistakes).toContain(
    'ligne 2 : le même nom figure deux fois dans cette partie',
  );
  expect(readMarketFile('{"code": "a",\n"code": "b"}').mistakes).toContain(
    'ligne 2 : le même nom figure deux fois dans cette partie',
  );
  const bomb = ['a: &a [x, x, x, x, x, x]', ...'bcdefgh'.split('').map(bombLine)].join('\n');
  expect(readMarketFile(bomb).mistakes).toEqual([expect.stringContaining('plus de 20 renvois')]);
  const small = bomb.split('\n').slice(0, 4).join('\n');
  expect(readMarketFile(small).mistakes).toEqual([
    'fichier : il renvoie trop souvent à lui-même (*nom)',
  ]);
});
const bombLine = (name: string, index: number) =>
  `${name}: &${name} [${Array(6).fill(`*${'abcdefg'[index]}`).join(', ')}]`;

test('MKT-1: the JSON Schema that is published is that of the code (npm run market-schema)', () => {
  const published = readFileSync('apps/membership/src/contract/markets/market.schema.json', 'utf8');
  expect(JSON.parse(published)).toEqual(marketSchema());
});

test.each([
  [120, []],
  [121, [expect.stringMatching(/calendar\.durationMonths : /)]],
])(
  'MKT-6: a market lasts ten years at most, also when it is prolonged: %i months',
  (months, expected) => {
    const mistakes = mistakesOf(({ calendar }) => {
      calendar.durationMonths = months;
      calendar.endsOn = localDate('2032-07-19');
      calendar.contractYears = Array.from({ length: 10 }, (_, year) =>
        localDate(`${2022 + year}-07-19`),
      );
    });
    expect(mistakes).toEqual(expected);
  },
);

test('MKT-1: each mistake names its line, in JSON and in YAML, and is told in French', () => {
  const market = file();
  Object.assign(market.calendar, { endsOn: '2026-02-30' });
  Object.assign(market.items[0]!, { profile: 'PUPIL' });
  Object.assign(market, { misspelt: 1 });
  Reflect.deleteProperty(market, 'title');
  for (const text of [JSON.stringify(market, null, 2), stringify(market)]) {
    const lineOf = (words: string) => text.split('\n').findIndex((l) => l.includes(words)) + 1;
    const { mistakes } = readMarketFile(text);
    expect(mistakes).toEqual([
      'title : à renseigner',
      `ligne ${lineOf('2026-02-30')}, calendar.endsOn : une date sous la forme AAAA-MM-JJ est attendue`,
      `ligne ${lineOf('PUPIL')}, items.0.profile : l’une de ces valeurs est attendue : STUDENT, RELATIVE, TEACHER, PERSONNEL, GUEST`,
      `ligne ${lineOf('misspelt')}, misspelt : champ inconnu`,
    ]);
    expect(mistakes.join(' ')).not.toMatch(/expected|Invalid|must|not a |erreur/);
  }
  expect(readMarketFile('{\n  "code": "a",\n  oops\n}').mistakes).toContain(
    'ligne 3, oops : champ inconnu',
  );
  expect(readMarketFile('{\n  "code": "a",\n  "title": "b"').mistakes).toContainEqual(
    expect.stringMatching(/^ligne 3 : le fichier ne se lit pas/),
  );
});

const repeated = (count: number) =>
  `a: &a 1\nb: &b 2\nc: [${Array.from({ length: count }, (_, i) => (i % 2 ? '*a' : '*b')).join(', ')}]`;
const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
// The reader counts three words and signs for a number of a list, and two more for the list.
const listed = (count: number) => `[${Array(count).fill(1).join(',')}]`;
test.each<[string, string, string]>([
  ['64000 caractères', `#${'x'.repeat(63_999)}`, `#${'x'.repeat(64_000)}`],
  ['6000 mots et signes', listed(1_999), listed(2_000)],
  ['20 renvois (*nom)', repeated(20), repeated(21)],
  ['10 niveaux', nested(10), nested(11)],
])('MKT-1: a file of %s is read, one of more is refused for that', (most, within, beyond) => {
  expect(readMarketFile(within).mistakes.join()).not.toMatch(/n’en demande pas tant|lui-même/);
  expect(readMarketFile(beyond).mistakes).toEqual([
    `fichier : plus de ${most}, un marché n’en demande pas tant`,
  ]);
});

/** Mean CPU time of one reading in milliseconds, over at least 100 ms: some kernels count in steps of 10 ms. */
function costOf(content: string): number {
  const spentMs = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  const beforeMs = spentMs();
  let readings = 0;
  do {
    readMarketFile(content);
    readings += 1;
  } while (spentMs() - beforeMs < 100);
  return (spentMs() - beforeMs) / readings;
}
const names = (count: number) => Array.from({ length: count }, (_, i) => `k${i}: 1`).join('\n');

test.each<[string, string]>([
  ['names, compared each with each', names(6_000)],
  [
    'the same in JSON',
    JSON.stringify(Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`k${i}`, 1]))),
  ],
  ['names made of names, twice as much at each level', '? '.repeat(300)],
  ['parts in parts', '['.repeat(30_000)],
  ['broken lines', '\t: @\n'.repeat(10_000)],
  ['anchors', '&a '.repeat(20_000)],
  ['empty comments', '#\n'.repeat(30_000)],
])('MKT-1: a file of %s costs no more than a large market', (_name, content) => {
  const large = file();
  const item = large.items[0]!;
  large.items = Array.from({ length: 50 }, (_, i) => ({ ...item, code: `COMPTE_${i}` }));
  const honest = stringify(large);
  expect(readMarketFile(honest).mistakes).toEqual([]);
  expect(costOf(content)).toBeLessThan(8 * costOf(honest));
  expect(readMarketFile(content).mistakes).toHaveLength(1);
});

test('MKT-1: a file that is wrong everywhere says the first hundred mistakes, as many as a refusal carries', () => {
  const market = file();
  const wrong = { code: 'x'.repeat(10), label: '', profile: 'PUPIL', [`k${'é'.repeat(400)}`]: 1 };
  const text = JSON.stringify({ ...market, items: Array.from({ length: 50 }, () => wrong) });
  const { mistakes } = readMarketFile(text);
  expect(mistakes).toHaveLength(101);
  expect(mistakes.at(-1)).toMatch(/^et \d+ autres points$/);
  // A gRPC refusal is a header of 64 KB at most, in base64, and says them in its message and its details.
  const { message, details } = fileInvalid(mistakes);
  expect(Buffer.byteLength(JSON.stringify({ message, details }))).toBeLessThan(45_000);
});

// Written by hand, beside the file: what its reader must be told.
test.each(['market.yaml', 'broken.yaml', 'broken.json'])(
  'MKT-1: every mistake of %s is told at once, with its line',
  (name) => {
    const text = (file: string) => readFileSync(`test/goldens/faulty-files/${file}`, 'utf8');
    expect(readMarketFile(text(name)).mistakes).toEqual(text(`${name}.txt`).trim().split('\n'));
  },
);

test('MKT-1: text that is not JSON is a mistake of the file, not a fault', () => {
  expect(() => parseMarketFile('{')).toThrow(MarketFileInvalid);
});
