import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import { findPeople } from './find-people.pg.js';
import type { PeopleQuery, Scope } from './person-file.js';
import { readModelOf } from '../../test/large-read-model.test-support.js';

/**
 * Goal: a search reads the people that its words name, however many a market has and whatever PostgreSQL knows of
 * its tables. Method: the plans that it makes for 20,000 people whose tables were never analysed, and what it read.
 */
let fresh: FreshDatabase;
const market: Scope = { kind: 'MARKETS', markets: ['e-primo-2022'] };
const school: Scope = { kind: 'SCHOOLS', uais: ['U000001A'], today: '2022-10-01' };

beforeAll(async () => {
  fresh = await freshDatabase('console');
  const owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  await readModelOf(20_000, owner).finally(() => owner.end());
}, 60_000);
afterAll(() => fresh?.drop());

type Step = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Step[];
};

async function stepsOf(scope: Scope, query: Omit<PeopleQuery, 'limit'>): Promise<string[]> {
  const { text, values } = findPeople(scope, { ...query, limit: 20 });
  const { rows } = await fresh.database.query<{ 'QUERY PLAN': [{ Plan: Step }] }>(
    `explain (format json) ${text}`,
    values,
  );
  const stepsIn = (step: Step): Step[] => [step, ...(step.Plans ?? []).flatMap(stepsIn)];
  return stepsIn(rows[0]!['QUERY PLAN'][0].Plan).flatMap((step) => {
    const on = step['Relation Name'] ?? step['Index Name'];
    return on === undefined ? [] : [`${step['Node Type']} ${step['Index Name'] ?? on}`];
  });
}

it.each([
  ['of a market', market],
  ['of a school', school],
])(
  'a search by words %s starts from the index of words and reads no table whole',
  async (_whose, scope) => {
    const steps = await stepsOf(scope, { nameWords: ['0041', 'ab'] });
    expect(steps.filter((step) => step.endsWith(' person_word_prefix'))).toHaveLength(2);
    expect(steps.filter((step) => step.startsWith('Seq Scan'))).toEqual([]);
  },
);

it('a search by school starts from its places, one person from its id', async () => {
  const bySchool = await stepsOf(market, { uais: ['U000001A'] });
  expect(bySchool).toContainEqual(expect.stringMatching(/ enrolment_uai$/));
  const byId = await stepsOf(school, { personIds: ['p-1'] });
  expect(byId).toContainEqual(expect.stringMatching(/ person_pkey$/));
  const present = { uai: 'U000001A', today: '2022-10-01', profile: 'STUDENT' };
  const byClass = await stepsOf(school, { present });
  expect(byClass).toContainEqual(expect.stringMatching(/ enrolment_uai$/));
  expect([...bySchool, ...byId, ...byClass].filter((step) => step.startsWith('Seq Scan'))).toEqual(
    [],
  );
});
