import { parseArgs } from 'node:util';
import pg from 'pg';
import { freshDatabase } from '#libs/testing';
import { ConsoleTables } from '../../apps/console/src/console-tables.prisma-client.js';
import { People } from '../../apps/console/src/read-model/people.pg.js';
import type { PeopleQuery, Scope } from '../../apps/console/src/read-model/person-file.js';
import { readModelOf } from '../../apps/console/test/large-read-model.test-support.js';
import { cpuOf } from './orders/cpu.js';

/**
 * Searches by a name's beginning among `--size` people whose tables PostgreSQL never analysed, one after the other,
 * as a support agent makes them: the whole page with places, accounts and relatives. Beside it the bare reading of
 * the same words from their index, in the same run. Then `--clients` at once, each without a pause, by a name, by a
 * school, by a name and a birth date, and by a name in a school. A search that finds nobody is no result.
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
const market: Scope = { kind: 'MARKETS', markets: ['e-primo-2022'] };
// Each names some 0.4 % of the people twice over: a common beginning.
const words = Array.from({ length: 100 }, (_, index) => (16 + index).toString(16));

const fresh = await freshDatabase('console', { poolMax: clients });
try {
  const owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  await readModelOf(size, owner).finally(() => owner.end());
  const people = new People(fresh.database, new ConsoleTables(fresh.database));
  const search = await timesOf(async (word) => {
    const found = await people.find(market, { nameWords: [word], limit: 20 });
    if (found.length === 0) throw new Error(`nobody is found by ${word}`);
  });
  const bare = await timesOf(async (word) => {
    const like = `select person_id from person_word where word like $1`;
    const { rows } = await fresh.database.query(like, [`${word}%`]);
    if (rows.length === 0) throw new Error(`no word begins with ${word}`);
  });
  const schools = (
    await fresh.database.query<{ uai: string }>(
      `select f.uai from school_financed f join membership m using (membership_id)
     where m.market_code = 'e-primo-2022' order by f.uai limit $1`,
      [words.length],
    )
  ).rows.map(({ uai }) => uai);
  const found = async (query: Partial<PeopleQuery>, isSure = true) => {
    const page = await people.find(market, { ...query, limit: 20 });
    if (isSure && page.length === 0) throw new Error(`nobody is found by ${JSON.stringify(query)}`);
  };
  const atOnce = {
    byName: await together((at) => found({ nameWords: [words[at]!] })),
    bySchool: await together((at) => found({ uais: [schools[at]!] })),
    // All are born on that day.
    byNameAndBirthDate: await together((at) =>
      found({ nameWords: [words[at]!], bornOn: '2015-04-02' }),
    ),
    // Nobody in that school may bear it.
    byNameInSchool: await together((at) =>
      found({ nameWords: [words[at]!.slice(0, 1)], uais: [schools[at]!] }, false),
    ),
  };
  const result = {
    name: 'search',
    size,
    rate: perSecond(search),
    unit: 'searches/s',
    p50Ms: quantile(search, 0.5),
    p99Ms: quantile(search, 0.99),
    clients,
    together: atOnce,
    baselines: { bareWords: perSecond(bare) },
    ratios: { bareWords: Number((perSecond(search) / perSecond(bare)).toFixed(3)) },
  };
  console.log(values.json ? JSON.stringify(result) : result);
} finally {
  await fresh.drop();
}

/** Milliseconds of each word's turn, after one that warms up. */
async function timesOf(work: (word: string) => Promise<void>): Promise<number[]> {
  await work(words[0] ?? '');
  const times: number[] = [];
  for (const word of words) {
    const begun = performance.now();
    await work(word);
    times.push(performance.now() - begun);
  }
  return times.sort((left, right) => left - right);
}

/** Every search of all clients at once, each client going through all words or schools from a place of its own: how long it took, and the CPU of one. */
async function together(work: (at: number) => Promise<void>) {
  const before = await cpuOf(fresh.database);
  const times: number[] = [];
  const client = async (first: number) => {
    for (let turn = 0; turn < words.length; turn += 1) {
      const begun = performance.now();
      await work((first + turn) % words.length);
      times.push(performance.now() - begun);
    }
  };
  const places = Array.from({ length: clients }, (_, n) =>
    Math.floor((n * words.length) / clients),
  );
  await Promise.all(places.map(client));
  const after = await cpuOf(fresh.database);
  times.sort((left, right) => left - right);
  const each = (of: 'node' | 'postgres') =>
    Number(((after[of] - before[of]) / times.length).toFixed(2));
  return {
    ...{ p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) },
    cpuMs: { node: each('node'), postgres: each('postgres') },
  };
}

function perSecond(times: readonly number[]): number {
  const total = times.reduce((sum, ms) => sum + ms, 0);
  return Number(((1_000 * times.length) / total).toFixed(1));
}

function quantile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
}
