import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { DemoFigures } from '../../deploy/local/demo/figures.js';
import { removeStack, startStack, type PartName, type Stack } from '../../deploy/local/stack.mjs';
import { calmOutcome, outcome, startPlayer } from '../support/demo-player.js';
import { readBooks } from '../outside/books.js';
import { compare, lineOf } from '../outside/compare.js';
import { readEntStore } from '../outside/ent-store.js';
import { readAgain, readers, rowsOf } from '../support/market/read-again.js';
import { browserDays } from './browser/browser-days.js';

/**
 * Goal: what the demo comes to does not depend on what dies while it is played (MKT-4, section 4 of
 * the whole chain). Method: a small demo is played on a stack of its own where each service, the broker
 * and PostgreSQL are killed with SIGKILL in the middle, Redis is wiped, and the player itself is killed
 * and started again. Its figures are compared as a whole with those of a calm run: they are committed
 * (`goldens/demo-small.json`, `npm run prove -- demo-calm`). Then those who only read facts lose all that they know, and read
 * it again. Where all this has passed, people go about their day in a browser (`browser/`).
 */
let dir: string;
let stack: Stack;
/** What the last play came to. */
let played: DemoFigures | undefined;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ent-scenario-'));
  // `npm run prove -- two-of-each`: the others go on with the work of those that are killed, and do none of it twice.
  const twice = process.env['PROVE_TWICE'] === '1';
  stack = await startStack({ dir, throwAway: true, environment: {}, twice });
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  removeStack(dir);
}, 60_000);

test('the demo comes to the figures of a calm run, whatever is killed while it is played', async () => {
  const killed = startPlayer(stack);
  // The next thing is the import of the rentrée, and the accounts that it opens.
  await killed.reaches('début du marché');
  let isPlaying = true;
  const faults = shake(() => isPlaying);
  await sleep(2_000);
  killed.kill();
  await expect(killed.figures).rejects.toThrow('SIGKILL');
  const shaken = await startPlayer(stack).figures.finally(() => (isPlaying = false));
  // A part killed after the end would prove nothing.
  expect(await faults).toBe(waves.length);
  played = shaken;
  expect(outcome(shaken)).toEqual(calmOutcome());
}, 600_000);

test('PRV-5: the store of the ENT is as the books have it, account by account, by a comparison that shares no code with the product', async () => {
  const { postgresUrl, databaseUrls } = stack.backing;
  const url = new URL(postgresUrl);
  url.pathname = new URL(databaseUrls['provisioning']!).pathname;
  const books = await readBooks(url.href);
  expect(books.length).toBeGreaterThan(100);
  expect(compare(books, readEntStore(join(dir, 'ent'))).map(lineOf)).toEqual([]);
});

test('MKT-4, MTR-2: services that begin anew with nothing but the facts come to the same tables; what is played is told again, and nothing is done again', async () => {
  const figures = played ?? (await startPlayer(stack).figures);
  const tables = () => Promise.all(readers.map((reader) => rowsOf(stack, reader)));
  const before = await tables();
  for (const reader of readers) await readAgain(stack, reader);
  // Played already: it waits until all is quiet, does nothing again, and asks for the figures.
  expect(outcome(await startPlayer(stack).figures)).toEqual(outcome(figures));
  const after = await tables();
  for (const [at, rows] of before.entries()) {
    expect(rows.size).toBeGreaterThan(0);
    expect([...rows].filter((row) => !after[at]!.has(row))).toEqual([]);
    expect([...after[at]!].filter((row) => !rows.has(row))).toEqual([]);
  }
}, 300_000);

// Once: what `npm run prove` varies is the faults.
if (process.env['PROVE_SEED'] === undefined)
  describe('in a browser, where all this has passed', () => browserDays(() => stack));

/**
 * One part after the other, so that each is gone while the others work; those that share a wait go together. A seed
 * (`npm run prove -- demo-under-faults --seeds N`) begins with another of them.
 */
const inOrder: readonly PartName[][] = [
  ['provisioning'],
  ['directory', 'metering'],
  ['kafka'],
  ['ent', 'membership'],
  ['postgres'],
  ['billing', 'console', 'issuer'],
];
const first = Number(process.env['PROVE_SEED'] ?? 1) - 1;
const waves = inOrder.map((_wave, at) => inOrder[(at + first) % inOrder.length] ?? []);

/** Returns how many waves struck while the demo was being played. */
async function shake(isPlaying: () => boolean): Promise<number> {
  let struck = 0;
  for (const wave of waves) {
    await wipeRedis();
    for (const name of wave) stack.kill(name);
    if (isPlaying()) struck += 1;
    await Promise.all(wave.map((name) => stack.waitReady(name, 90_000)));
    await sleep(500);
  }
  return struck;
}

/** Jobs carry account ids only: what was queued is rebuilt from PostgreSQL. */
async function wipeRedis(): Promise<void> {
  const redis = new Redis(stack.backing.redisUrl);
  await redis.flushall();
  redis.disconnect();
}
