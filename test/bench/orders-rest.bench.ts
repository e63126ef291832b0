import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { logIn, type Session } from '../support/browser/log-in.js';
import { ManyMembers } from '../support/market/many-members.js';
import { startStatedSeats } from '../support/stated-seats.js';
import { cpuMsOf } from './orders/cpu.js';
import { bareInsert, medianOf, percentileOf, rateOf, ratioOf, round3 } from './orders/rates.js';

/**
 * Orders as a member's browser signs them: HTTP to the console, session and CSRF token, gRPC to membership,
 * the decision with everything on, and back; one by one and 16 at once over 16 memberships, on processes of its own.
 * Beside it bare single-row inserts into the same database at the same concurrency, in turns. `--size` is the
 * number of orders of a turn at once; the 99th percentiles are over all orders that were counted. `cpuMs`: what an
 * order costs each process, its events and this client included; a busy machine moves that least.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '800' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(size) || size < 4) throw new RangeError('--size is a number of orders');
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new RangeError('--rounds is a number');
const atOnce = 16;
const memberships = 16;
/** The first round is not counted and longer: what runs for weeks is compiled, and at 800 orders much is not. */
const warmUpTimes = 3;
/** What a turn leaves to relay and consumers is done by then, and not in the turn of the next. */
const settleMs = 500;

// Plain JavaScript that is not compiled: it stands beside the sources.
const { removeStack, startStack } = (await import(
  pathToFileURL('deploy/local/stack.mjs').href
)) as typeof import('../../deploy/local/stack.mjs');
const dir = mkdtempSync(join(tmpdir(), 'ent-orders-rest-'));
const seats = await startStatedSeats();
const services = ['membership', 'billing', 'console'] as const;
// On the servers of this run: a second set would only take its share of the cores.
const stack = await startStack({
  dir,
  processes: ['issuer', ...services],
  env: {
    membership: { PROVISIONING_RPC: seats.address },
    // What is measured is the work, not what the door lets through.
    console: {
      REQUESTS_PER_MINUTE_AND_ADDRESS: '1000000',
      REQUESTS_PER_MINUTE_AND_PERSON: '1000000',
      LOGINS_PER_MINUTE_AND_ADDRESS: '1000000',
    },
  },
});
const market = new ManyMembers(stack.env, memberships, ['membership', 'billing']);
const url = new URL(stack.backing.postgresUrl);
url.pathname = new URL(stack.backing.databaseUrls['membership'] ?? '').pathname;
const database = new pg.Pool({ connectionString: url.href, max: atOnce });
try {
  await market.join();
  const ids = await market.membershipIds();
  // Who signs has logged in a moment ago: everybody does before each turn of orders, and looks at the membership.
  const logInAll = () =>
    Promise.all(
      market.members.map(async ({ siren }) => {
        const membershipId = ids.get(siren) ?? '';
        const session = await logIn(stack.consoleUrl, `member-orderer-${siren}`);
        const { cookie } = session;
        const page = `${stack.consoleUrl}/api/memberships/${membershipId}/orders`;
        const shown = await fetch(page, { headers: { cookie } });
        if (!shown.ok) throw new Error(`no orders to see: ${shown.status}`);
        await shown.text();
        return { membershipId, session };
      }),
    );
  let clients = await logInAll();
  let next = 0;
  let tookMs: number[] = [];
  const order = async () => {
    const begun = performance.now();
    await sign(clients[next++ % clients.length]!);
    tookMs.push(performance.now() - begun);
  };
  const pids = JSON.parse(process.env['BENCH_PIDS'] ?? '{}') as Record<string, number>;
  const cpuSoFar = async (): Promise<Record<string, number>> => {
    const { rows } = await database.query<{ pid: number }>('select pid from pg_stat_activity');
    const { user, system } = process.cpuUsage();
    return {
      client: (user + system) / 1_000,
      ...Object.fromEntries(services.map((name) => [name, cpuMsOf(stack.pidOf(name))])),
      postgres: rows.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0),
      kafka: cpuMsOf(pids['kafka']),
    };
  };
  const turns = [
    { name: 'atOnce', concurrency: atOnce, count: size, work: order },
    { name: 'oneByOne', concurrency: 1, count: Math.ceil(size / 4), work: order },
    { name: 'bareAtOnce', concurrency: atOnce, count: size * 4, work: bareInsert(database) },
    { name: 'bareOneByOne', concurrency: 1, count: size, work: bareInsert(database) },
  ];
  const rates = new Map(turns.map(({ name }) => [name, [] as number[]]));
  const times = new Map(turns.map(({ name }) => [name, [] as number[]]));
  const used = new Map(turns.map(({ name }) => [name, [] as Record<string, number>[]]));
  for (const { concurrency, count, work } of turns) {
    if (work === order) clients = await logInAll();
    await rateOf(count * warmUpTimes, concurrency, work);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, concurrency, count, work } of turns) {
      if (work === order) clients = await logInAll();
      tookMs = [];
      const before = await cpuSoFar();
      rates.get(name)?.push(await rateOf(count, concurrency, work));
      times.get(name)?.push(...tookMs);
      await sleep(settleMs);
      const after = await cpuSoFar();
      used
        .get(name)
        ?.push(
          Object.fromEntries(
            Object.entries(after).map(([who, ms]) => [who, (ms - (before[who] ?? 0)) / count]),
          ),
        );
    }
  }
  const cpuMsOfOne = (name: string) => {
    const all = used.get(name) ?? [];
    return Object.fromEntries(
      Object.keys(all[0] ?? {}).map((who) => [who, round3(medianOf(all.map((one) => one[who]!)))]),
    );
  };
  const turn = (name: string) => rates.get(name) ?? [];
  const median = (name: string) => Math.round(medianOf(turn(name)));
  const p99 = (name: string) => Math.round(percentileOf(times.get(name) ?? [], 99) * 10) / 10;
  const result = {
    name: 'orders-rest',
    size,
    rate: median('atOnce'),
    unit: 'orders signed per second through REST, 16 at once',
    oneByOne: median('oneByOne'),
    baselines: {
      bareInsertAtOnce: median('bareAtOnce'),
      bareInsertOneByOne: median('bareOneByOne'),
    },
    ratios: {
      bareInsertAtOnce: ratioOf(turn('atOnce'), turn('bareAtOnce')),
      bareInsertOneByOne: ratioOf(turn('oneByOne'), turn('bareOneByOne')),
    },
    p99Ms: { atOnce: p99('atOnce'), oneByOne: p99('oneByOne') },
    cpuMs: { atOnce: cpuMsOfOne('atOnce'), oneByOne: cpuMsOfOne('oneByOne') },
    memberships: clients.length,
  };
  console.log(values.json ? JSON.stringify(result) : result);
} finally {
  market.close();
  await database.end();
  await stack.stop();
  seats.stop();
  removeStack(dir);
}

async function sign(client: { membershipId: string; session: Session }): Promise<void> {
  const { membershipId, session } = client;
  const answer = await fetch(new URL(`/api/memberships/${membershipId}/orders`, stack.consoleUrl), {
    method: 'POST',
    headers: {
      cookie: session.cookie,
      'x-csrf-token': session.csrf,
      'idempotency-key': randomUUID(),
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      lines: [{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2022-09-01', delta: 1 }],
    }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}
