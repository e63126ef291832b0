import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';

/**
 * Goal: a promise that nobody waits for does not pass because a setting asks nothing. Method: each rule that needs
 * types, and its fault, given to the linter with our settings.
 */
const faults: Readonly<Record<string, string>> = {
  'no-floating-promises': 'export function f(wait: () => Promise<void>) { wait(); }',
  'no-misused-promises':
    'export const g = (wait: () => Promise<boolean>) => { if (wait()) return 1; return 2; };',
  'await-thenable': 'export async function h() { await 1; }',
  'return-await':
    'export async function i(wait: () => Promise<void>) { try { return wait(); } catch { return undefined; } }',
  'switch-exhaustiveness-check':
    "export function j(side: 'a' | 'b') { switch (side) { case 'a': return 1; } return 2; }",
  'only-throw-error': "export function k() { throw 'no error'; }",
  'prefer-promise-reject-errors': "export const l = () => Promise.reject('no error');",
};

let refused: ReadonlyMap<string, readonly string[]>;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lint-'));
  try {
    await copyFile('.oxlintrc.json', join(folder, '.oxlintrc.json'));
    const compilerOptions = { strict: true, target: 'es2023', module: 'nodenext', types: [] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    for (const [rule, text] of Object.entries(faults))
      await writeFile(join(folder, `${rule}.ts`), `${text}\n`);
    refused = await refusedIn(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each(Object.keys(faults))('%s is refused', (rule) => {
  expect(refused.get(`${rule}.ts`)).toEqual([`typescript(${rule})`]);
});

type Told = {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
};

/** What is refused in each file of a folder. */
async function refusedIn(folder: string): Promise<Map<string, string[]>> {
  const bin = join(process.cwd(), 'node_modules/.bin');
  const told = await new Promise<string>((resolve) => {
    const env = { ...process.env, OXLINT_TSGOLINT_PATH: join(bin, 'tsgolint') };
    const flags = ['--type-aware', '--format=json', '.'];
    // It ends with 1 where it refuses something.
    execFile(join(bin, 'oxlint'), flags, { cwd: folder, env }, (_error, output) => resolve(output));
  });
  const found = new Map<string, string[]>();
  for (const { code, filename } of (JSON.parse(told) as Told).diagnostics)
    found.set(filename, [...(found.get(filename) ?? []), code]);
  return found;
}
