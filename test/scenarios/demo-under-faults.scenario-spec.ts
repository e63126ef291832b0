import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { removeStack, startStack, type PartName, type Stack } from '../../deploy/local/stack.mjs';
import { type DemoFigures } from '../../deploy/local/demo/figures.js';

/**
 * Goal: what the demo comes to does not depend on what dies while it is played (MKT-4, section 4 of
 * the whole chain). Method: a small demo is played calmly on a stack of its own, then on another one
 * where each service, the broker and PostgreSQL are killed with SIGKILL in the middle, Redis is
 * wiped, and the player itself is killed and started again. The figures are compared as a whole.
 */
const entry = 'dist/deploy/local/demo/main.js';

test('the demo comes to the same figures, whatever is killed while it is played', async () => {
  const calm = await onStack((stack) => startPlayer(stack).figures);
  const shaken = await onStack(async (stack) => {
    const killed = startPlayer(stack);
    // The next thing is the import of the rentrée, and the accounts that it opens.
    await killed.reaches('début du marché');
    let isPlaying = true;
    const faults = shake(stack, () => isPlaying);
    await sleep(2_000);
    killed.kill();
    await expect(killed.figures).rejects.toThrow('SIGKILL');
    const outcome = await startPlayer(stack).figures.finally(() => (isPlaying = false));
    // A part killed after the end would prove nothing.
    expect(await faults).toBe(waves.length);
    // Played already: the same is told again, and nothing is done again.
    expect(await startPlayer(stack).figures).toEqual(outcome);
    return outcome;
  });

  expect(verdictsOf(calm)).toEqual(calm.checks.map(({ name }) => [name, true]));
  expect(verdictsOf(shaken)).toEqual(verdictsOf(calm));
  expect(withoutDetails(shaken)).toEqual(withoutDetails(calm));
}, 900_000);

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
async function shake(stack: Stack, isPlaying: () => boolean): Promise<number> {
  let struck = 0;
  for (const wave of waves) {
    await wipeRedis(stack);
    for (const name of wave) stack.kill(name);
    if (isPlaying()) struck += 1;
    await Promise.all(wave.map((name) => stack.waitReady(name, 90_000)));
    await sleep(500);
  }
  return struck;
}

/** Jobs carry account ids only: what was queued is rebuilt from PostgreSQL. */
async function wipeRedis(stack: Stack): Promise<void> {
  const redis = new Redis(stack.backing.redisUrl);
  await redis.flushall();
  redis.disconnect();
}

async function onStack<T>(work: (stack: Stack) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'ent-scenario-'));
  const stack = await startStack({ dir, throwAway: true, environment: {} });
  try {
    return await work(stack);
  } finally {
    await stack.stop();
    removeStack(dir);
  }
}

type Player = {
  readonly figures: Promise<DemoFigures>;
  /** Settles when the player has told that it begins what the text names, or is past it. */
  reaches(text: string): Promise<void>;
  kill(): void;
};

function startPlayer(stack: Stack): Player {
  const child = spawn(process.execPath, [entry, '--json', '--size', 'small'], {
    env: { ...stack.env, CI: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString('utf8')));
  return {
    figures: outcomeOf(child, () => told),
    reaches: async (text) => {
      while (!told.toLowerCase().includes(text) && child.exitCode === null) await sleep(50);
    },
    kill: () => child.kill('SIGKILL'),
  };
}

function outcomeOf(child: ChildProcess, told: () => string): Promise<DemoFigures> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const lastLine = output.trimEnd().split('\n').at(-1) ?? '';
      if (lastLine.startsWith('{')) resolve(JSON.parse(lastLine) as DemoFigures);
      else reject(new Error(`the player ended with ${signal ?? String(code)}:\n${told()}`));
    });
  });
}

/** Repeats that were dropped, and the like, may differ: the figures may not. */
function withoutDetails({ checks: _checks, ...figures }: DemoFigures) {
  return figures;
}

function verdictsOf({ checks }: DemoFigures) {
  return checks.map(({ name, holds }) => [name, holds]);
}
