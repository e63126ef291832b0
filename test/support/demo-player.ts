import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoFigures } from '../../deploy/local/demo/figures.js';
import type { Stack } from '../../deploy/local/stack.mjs';

const entry = 'dist/deploy/local/demo/main.js';
const golden = new URL('../goldens/demo-small.json', import.meta.url);

export type Player = {
  readonly figures: Promise<DemoFigures>;
  /** Settles when the player has told that it begins what the text names, or is past it. */
  reaches(text: string): Promise<void>;
  kill(): void;
};

/** Plays the small demo on a stack, in a process that can be killed. */
export function startPlayer(stack: Stack): Player {
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

/** What must be the same in every run of the small demo: repeats that were dropped, and the like, may differ. */
export function outcome({ checks, ...figures }: DemoFigures) {
  return { ...figures, checks: checks.map(({ name, holds }) => ({ name, holds })) };
}

/** The outcome of a calm run, as it is committed. With GOLDENS=write, `today` takes its place first. */
export function calmOutcome(today?: DemoFigures): ReturnType<typeof outcome> {
  if (today && process.env['GOLDENS'] === 'write') {
    writeFileSync(golden, `${JSON.stringify(outcome(today), null, 2)}\n`);
  }
  return JSON.parse(readFileSync(golden, 'utf8')) as ReturnType<typeof outcome>;
}
