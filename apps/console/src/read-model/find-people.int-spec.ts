import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import { readModelOf } from '../../test/large-read-model.test-support.js';
import { findPeople } from './find-people.pg.js';
import { sortNameOf } from './normalise.js';
import type { PeopleQuery, Scope } from './person-file.js';
import { walkIndexes } from './people.pg.js';
import { FrequentBeginnings, type Lead, leadOf } from './search-lead.pg.js';

/**
 * Goal: a search reads what its page shows, however many people bear the name and whatever PostgreSQL knows of its
 * tables. Method: the plans that it makes for 20,000 people whose tables were never analysed, and what they read.
 */
const migration = '20261128160000_search_in_order';
let fresh: FreshDatabase;
const market: Scope = { kind: 'MARKETS', markets: ['e-primo-2022'] };
const school: Scope = { kind: 'SCHOOLS', uais: ['U000001A'], today: '2022-10-01' };

beforeAll(async () => {
  fresh = await freshDatabase('console');
  const owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  try {
    await readModelOf(20_000, owner);
  } finally {
    await owner.end();
  }
}, 60_000);
afterAll(() => fresh?.drop());

type Step = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  'Actual Rows': number;
  Plans?: Step[];
};
type Asked = Omit<PeopleQuery, 'limit'>;

/** The plan as it is made for a search, what led it, how many pages were read and people found. */
async function planOf(scope: Scope, asked: Asked) {
  const query = { ...asked, limit: 20 };
  return fresh.unitOfWork.run(async (tx) => {
    await tx.query(walkIndexes);
    const lead = await leadOf(scope, query, tx);
    const { text, values = [] } = findPeople(scope, query, lead, undefined);
    const { rows } = await tx.query<{ 'QUERY PLAN': [{ Plan: Step }] }>(
      `explain (analyze, buffers, timing off, format json) ${text}`,
      values as unknown[],
    );
    const { Plan: plan } = rows[0]!['QUERY PLAN'][0];
    const stepsIn = (step: Step): Step[] => [step, ...(step.Plans ?? []).flatMap(stepsIn)];
    const steps = stepsIn(plan).flatMap((step) => {
      const on = step['Relation Name'] ?? step['Index Name'];
      return on === undefined ? [] : [`${step['Node Type']} ${step['Index Name'] ?? on}`];
    });
    const pages = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
    return { lead, steps, pages, found: plan['Actual Rows'] };
  });
}

type Case = [title: string, Scope, Asked, Lead['by'], index: string, pagesMax: number];

// Each entry that is compared and shown costs about twenty pages; whoever bears the name costs thousands.
test.each<Case>([
  ['the most frequent name', market, { nameWords: ['martin'] }, 'WORD', 'person_word_order', 1_500],
  ['two letters', market, { nameWords: ['ma'] }, 'WORD', 'person_word_order', 1_500],
  [
    'one letter of many names and one name',
    market,
    { nameWords: ['m', 'martin'] },
    'WORD',
    'person_word_order',
    1_500,
  ],
  [
    'a name in a school',
    market,
    { nameWords: ['martin'], uais: ['U000002A'] },
    'SCHOOLS',
    'enrolment_uai',
    300,
  ],
  ['a school', market, { uais: ['U000002A'] }, 'SCHOOLS', 'enrolment_uai', 500],
  [
    'two letters and a birth date',
    market,
    { nameWords: ['ma'], bornOn: '2012-01-06' },
    'BIRTH_DATE',
    'person_birth_date',
    500,
  ],
  ['two letters, of a head', school, { nameWords: ['ma'] }, 'SCHOOLS', 'enrolment_uai', 300],
  ['one person, of a head', school, { personIds: ['p-1'] }, 'IDS', 'person_pkey', 100],
])('by %s it walks one index and stops', async (_title, scope, asked, by, index, pagesMax) => {
  const { lead, steps, pages } = await planOf(scope, asked);
  expect(lead.by).toBe(by);
  expect(steps).toContainEqual(expect.stringMatching(new RegExp(` ${index}$`)));
  expect(steps.filter((step) => step.startsWith('Seq Scan'))).toEqual([]);
  expect(pages).toBeLessThan(pagesMax);
});

test('the rarest of what is asked leads', async () => {
  const lead = async (asked: Asked) => (await planOf(market, asked)).lead;
  const [{ last }] = (
    await fresh.database.query<{ last: string }>(
      'select word as last from person_word where not is_first_name group by 1 having count(*) = 1 order by length(word), 1 limit 1',
    )
  ).rows as [{ last: string }];
  expect(await lead({ nameWords: ['martin', last] })).toEqual({ by: 'WORD', word: last });
  // All who are born on a day are few; nobody is of a name that nobody bears.
  const bornOn = '2012-01-06';
  expect(await lead({ nameWords: ['martin'], bornOn })).toEqual({ by: 'BIRTH_DATE' });
  expect(await lead({ nameWords: ['zzz'], bornOn })).toEqual({ by: 'WORD', word: 'zzz' });
});

test('a beginning that many bear is counted once, and whatever is rare beside it leads all the same', async () => {
  const frequent = new FrequentBeginnings();
  const lead = (...nameWords: string[]) =>
    fresh.unitOfWork.run(async (tx) => {
      const counting = jest.spyOn(tx, 'row');
      const { by, ...found } = await leadOf(market, { nameWords, limit: 20 }, tx, frequent);
      const counted = counting.mock.calls.map(([asked]) => (asked as { values: unknown[] }).values);
      counting.mockRestore();
      return [by === 'WORD' && 'word' in found && found.word, counted.flat()];
    });
  expect(await lead('m', 'ma')).toEqual(['ma', ['ma', 'ma{', 'm', 'm{']]);
  expect(await lead('m', 'ma')).toEqual(['ma', []]);
  expect(await lead('ma', 'zz')).toEqual(['zz', ['zz', 'zz{']]);
  // Nobody bears it now: it is asked each time.
  expect(await lead('ma', 'zz')).toEqual(['zz', ['zz', 'zz{']]);
});

test('what was written before is given the names that the code gives from now on', async () => {
  const file = `apps/console/prisma/migrations/${migration}/migration.sql`;
  const [update = ''] = /update person [^;]*;/.exec(readFileSync(file, 'utf8')) ?? [];
  const names = [
    ...['MARTIN', 'Éloïse', 'D’Œuvre--Le Gall', 'ÆSOP', "O'Brien", ' Nguyễn  Thị ', 'Łukasz', ''],
    ...['Jean-\u00a0Pierre', 'e\u0301te\u0301', 'Straße', '%_', 'ÇA 2', '学校'],
  ];
  const owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  try {
    // In place of the table, for this session.
    await owner.query(
      'create temp table person (person_id bigserial, last_name text, first_name text, sort_name text)',
    );
    await owner.query(
      `insert into person (last_name, first_name) select n, 'Zoé' from unnest($1::text[]) with ordinality as t (n, at) order by at`,
      [names],
    );
    await owner.query(update);
    const { rows } = await owner.query<{ text: string }>(
      'select sort_name as text from person order by person_id',
    );
    expect(rows.map(({ text }) => text)).toEqual(names.map((name) => sortNameOf(name, 'Zoé')));
  } finally {
    await owner.end();
  }
});
