import { parseArgs } from 'node:util';
import pg from 'pg';
import { PgBusinessDate } from '#libs/messaging';
import { freshDatabase } from '#libs/testing';
import { ConsoleTables } from '../../apps/console/src/console-tables.prisma-client.js';
import { Looks } from '../../apps/console/src/looks/looks.module.js';
import { People } from '../../apps/console/src/read-model/people.pg.js';
import {
  SearchPeople,
  type SearchPeopleInput,
} from '../../apps/console/src/support/search-people.js';
import type { Visitor } from '../../apps/console/src/visitor.js';
import { readModelOf } from '../../apps/console/test/large-read-model.test-support.js';
import { cpuOf } from './orders/cpu.js';

/**
 * Searches among `--size` people whose tables PostgreSQL never analysed, as an agent of level 2 makes them: the list with
 * places and accounts, masked, and the look written and committed before it leaves (SUP-2). `--clients` at once, each
 * without a pause, of each kind by itself. What is asked is drawn from the people, so that frequent names are asked as
 * often as they are borne; one in 2,180 schools. `firstTurn`: the first search of each client, of connections that are
 * opened for it and know no table and no plan yet; the kinds come after it. Beside it the bare reading of a page of ids
 * from the index of words, one after the other, and the same searches so. A search that finds nobody is no result.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '300000' },
    clients: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
if (!Number.isSafeInteger(size) || size < 10_000) throw new RangeError('--size is at least 10000');
const clients = Number(values.clients);
if (!Number.isSafeInteger(clients) || clients < 1) throw new RangeError('--clients is a number');
/** Of each kind, gone through by each client from a place of its own. */
const drawn = 100;

type Drawn = { last: string; first: string; born: string; uai: string };
type Asked = Pick<SearchPeopleInput, 'by' | 'text' | 'uai' | 'bornOn'>;
const byName = (text: string, more: Omit<Asked, 'by' | 'text'> = {}): Asked => ({
  ...{ by: 'NAME', text },
  ...more,
});
const kinds: Readonly<Record<string, (one: Drawn) => Asked>> = {
  name: ({ last }) => byName(last),
  mostFrequentName: () => byName('Martin'),
  threeLetters: ({ last }) => byName(last.slice(0, 3)),
  twoLetters: ({ last }) => byName(last.slice(0, 2)),
  bothNames: ({ last, first }) => byName(`${first} ${last}`),
  beginningsOfBoth: ({ last, first }) => byName(`${last.slice(0, 3)} ${first.slice(0, 2)}`),
  nameAndBirthDate: ({ last, born }) => byName(last, { bornOn: born }),
  twoLettersAndBirthDate: ({ last, born }) => byName(last.slice(0, 2), { bornOn: born }),
  nameInSchool: ({ last, uai }) => byName(last, { uai }),
  uai: ({ uai }) => ({ by: 'SCHOOL', text: uai }),
};

const fresh = await freshDatabase('console', { poolMax: 10 });
try {
  const owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  try {
    await readModelOf(size, owner);
  } finally {
    await owner.end();
  }
  const { database, unitOfWork } = fresh;
  const tables = new ConsoleTables(database);
  const people = new People(database, unitOfWork, tables);
  const looks = new Looks(database, unitOfWork, tables, {
    ...{ alarmFrom: 150, most: 300 },
    perDay: { 'support-1': 800, 'support-2': 1_200, 'support-3': 300, school: 300, dpo: 300 },
  });
  // Nobody searches by login here, which alone asks another service.
  const none = undefined as never;
  const search = new SearchPeople(people, looks, none, new PgBusinessDate(database));
  let agents = 0;
  const agent = (userId: string): Visitor => ({
    userId,
    grants: [{ role: 'support-2', market: 'e-primo-2022' }],
    ...{ organisationId: undefined, uais: [], sessionId: '', name: '', csrfToken: '' },
  });
  /**
   * A client is an agent, whose own looks take turns; ten searches each, since what an agent has seen in the hour is
   * counted with each look.
   */
  const asClient = () => {
    let asked = 0;
    let userId = '';
    return async (what: Asked) => {
      if (asked % 10 === 0) userId = `agent-${(agents += 1)}`;
      asked += 1;
      const page = await search.execute(agent(userId), { ...what, reason: 'CHECK' });
      if (page.people.length === 0) throw new Error(`nobody is found by ${JSON.stringify(what)}`);
    };
  };
  const { rows: someone } = await database.query<Drawn>(
    `select p.last_name as last, p.first_name as first, p.birth_date as born, e.uai
     from enrolment e join person p using (person_id) join school_financed f using (uai) join membership m using (membership_id)
     where m.market_code = 'e-primo-2022' and p.person_id in (select 'p-' || (1 + i * 7919 % $1) from generate_series(1, 1000) i)
     order by md5(p.person_id) limit $2`,
    [size, drawn],
  );
  if (someone.length < drawn) throw new RangeError('Too few people to draw from');

  const find = asClient();
  const oneByOne = await timesOf((one) => find(kinds['name']!(one)));
  const bare = await timesOf(async ({ last }) => {
    const { rows } = await database.query(
      'select person_id from person_word where not is_first_name and word >= $1 order by word limit 21',
      [last.toLowerCase()],
    );
    if (rows.length === 0) throw new Error('no word is read');
  });
  const firstTurn = await atOnce(kinds['name']!, 1);
  const together: Record<string, unknown> = {};
  for (const [kind, of] of Object.entries(kinds)) together[kind] = await atOnce(of);
  const result = {
    name: 'search',
    size,
    rate: perSecond(oneByOne),
    unit: 'searches/s',
    p50Ms: quantile(oneByOne, 0.5),
    p99Ms: quantile(oneByOne, 0.99),
    clients,
    firstTurn,
    together,
    baselines: { barePage: perSecond(bare) },
    ratios: { barePage: Number((perSecond(oneByOne) / perSecond(bare)).toFixed(3)) },
  };
  console.log(values.json ? JSON.stringify(result) : result);

  /** Milliseconds of each turn, after one that warms up. */
  async function timesOf(work: (one: Drawn) => Promise<void>): Promise<number[]> {
    await work(someone[0]!);
    const times: number[] = [];
    for (const one of someone) {
      const begun = performance.now();
      await work(one);
      times.push(performance.now() - begun);
    }
    return times.sort((left, right) => left - right);
  }

  /** How long the searches of all clients took, and the CPU of one. */
  async function atOnce(of: (one: Drawn) => Asked, turns = someone.length) {
    const before = await cpuOf(database);
    const begunAt = performance.now();
    const times: number[] = [];
    const client = async (first: number) => {
      const find = asClient();
      for (let turn = 0; turn < turns; turn += 1) {
        const begun = performance.now();
        await find(of(someone[(first + turn) % someone.length]!));
        times.push(performance.now() - begun);
      }
    };
    const places = Array.from({ length: clients }, (_, n) =>
      Math.floor((n * someone.length) / clients),
    );
    await Promise.all(places.map(client));
    const rate = Math.round((1_000 * times.length) / (performance.now() - begunAt));
    const after = await cpuOf(database);
    times.sort((left, right) => left - right);
    const each = (of: 'node' | 'postgres') =>
      Number(((after[of] - before[of]) / times.length).toFixed(2));
    return {
      ...{ rate, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) },
      cpuMs: { node: each('node'), postgres: each('postgres') },
    };
  }
} finally {
  await fresh.drop();
}

function perSecond(times: readonly number[]): number {
  const total = times.reduce((sum, ms) => sum + ms, 0);
  return Number(((1_000 * times.length) / total).toFixed(1));
}

function quantile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
}
