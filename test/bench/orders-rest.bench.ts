import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { logIn, type Session } from '../support/browser/log-in.js';
import { ManyMembers } from '../support/market/many-members.js';
import { startStatedSeats } from '../support/stated-seats.js';
import { bareInsert, medianOf, percentileOf, rateOf, ratioOf } from './orders/rates.js';

/**
 * Orders as a member's browser signs them: HTTP to the console, session and CSRF token, gRPC to membership,
 * the decision with everything on, and back; one by one and 16 at once over 16 memberships, on a stack of its own.
 * Beside it bare single-row inserts into the same database at the same concurrency, in turns. `--size` is the
 * number of orders of a turn at once; the 99th percentiles are over all orders that were counted.
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

// Plain JavaScript that is not compiled: it stands beside the sources.
const { removeStack, startStack } = (await import(
  pathToFileURL('deploy/local/stack.mjs').href
)) as typeof import('../../deploy/local/stack.mjs');
const dir = mkdtempSync(join(tmpdir(), 'ent-orders-rest-'));
const seats = await startStatedSeats();
const stack = await startStack({
  dir,
  environment: {},
  processes: ['issuer', 'membership', 'billing', 'console'],
  env: { membership: { PROVISIONING_RPC: seats.address } },
});
const market = new ManyMembers(stack.env, memberships, ['membership', 'billing']);
const url = new URL(stack.backing.postgresUrl);
url.pathname = new URL(stack.backing.databaseUrls['membership'] ?? '').pathname;
const database = new pg.Pool({ connectionString: url.href, max: atOnce });
try {
  await market.join();
  const ids = await market.membershipIds();
  const clients = await Promise.all(
    market.members.map(async ({ siren }) => ({
      membershipId: ids.get(siren) ?? '',
      session: await logIn(stack.consoleUrl, `member-orderer-${siren}`),
    })),
  );
  let next = 0;
  let tookMs: number[] = [];
  const order = async () => {
    const begun = performance.now();
    await sign(clients[next++ % clients.length]!);
    tookMs.push(performance.now() - begun);
  };
  const turns = [
    { name: 'atOnce', concurrency: atOnce, count: size, work: order },
    { name: 'oneByOne', concurrency: 1, count: Math.ceil(size / 4), work: order },
    { name: 'bareAtOnce', concurrency: atOnce, count: size * 4, work: bareInsert(database) },
    { name: 'bareOneByOne', concurrency: 1, count: size, work: bareInsert(database) },
  ];
  const rates = new Map(turns.map(({ name }) => [name, [] as number[]]));
  const times = new Map(turns.map(({ name }) => [name, [] as number[]]));
  // The first round warms up and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, concurrency, count, work } of turns) {
      tookMs = [];
      const rate = await rateOf(count, concurrency, work);
      if (round > 0) {
        rates.get(name)?.push(rate);
        times.get(name)?.push(...tookMs);
      }
    }
  }
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
