import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';

/**
 * Goal: a promise that nobody waits for, or a clock in the domain, does not pass because a setting asks nothing. Method:
 * each rule and its fault, given to the linter with our settings and our own rules.
 */
const faults: Readonly<Record<string, readonly string[]>> = {
  'typescript(no-floating-promises)': ['export function f(wait: () => Promise<void>) { wait(); }'],
  'typescript(no-misused-promises)': [
    'export const f = (wait: () => Promise<boolean>) => { if (wait()) return 1; return 2; };',
  ],
  'typescript(await-thenable)': ['export async function f() { await 1; }'],
  'typescript(return-await)': [
    'export async function f(w: () => Promise<void>) { try { return w(); } catch { return undefined; } }',
  ],
  'typescript(switch-exhaustiveness-check)': [
    "export function f(side: 'a' | 'b') { switch (side) { case 'a': return 1; } return 2; }",
  ],
  'typescript(only-throw-error)': ["export function f() { throw 'no error'; }"],
  'typescript(prefer-promise-reject-errors)': [
    "export const f = () => Promise.reject('no error');",
  ],
  'typescript(no-explicit-any)': ['export const f = (one: any) => one;'],
  'typescript(no-import-type-side-effects)': [
    "import { type Buffer } from 'node:buffer'; export const f = (one: Buffer) => one;",
  ],
  'eslint(no-unused-vars)': ['export const f = () => { const one = 1; };'],
  'eslint(no-empty)': ['export const f = (one: boolean) => { if (one) {} };'],
  'eslint(eqeqeq)': ['export const f = (one: number) => one == 1;'],
  'eslint(no-console)': ["console.log('one');"],
  'dialect(say-private)': ['export class F { #one = 1; get two() { return this.one; } one = 2; }'],
  'dialect(say-test)': [
    "declare const it: (name: string) => void; it('says');",
    'declare const it: { each(of: number[]): void }; it.each([1]);',
  ],
  'dialect(cents-are-bigint)': [
    "export const f = parseFloat('1');",
    'export const f = (netCents: bigint) => Number(netCents);',
    'export const f = (one: { netCents: bigint }) => Number(one.netCents);',
    'export const f = (one: number) => one.toFixed(2);',
  ],
  'dialect(no-clock-in-domain)': [
    'export const f = () => new Date();',
    'export const f = () => Date.now();',
    'export const f = () => Math.random();',
  ],
  'dialect(name-of-constant)': [
    'export const MAX_ITEMS = 1;',
    'const of_all = 1; export { of_all };',
  ],
};
const cases = Object.entries(faults).flatMap(([rule, texts]) =>
  texts.map((text, n) => ({ rule, text, file: `${rule.replace(/[()]/g, '-')}${n}.ts` })),
);
/** Where every rule holds, that of the domain too. */
const where = 'apps/service/src/domain';

let refused: ReadonlyMap<string, ReadonlySet<string>>;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lint-'));
  try {
    for (const file of ['.oxlintrc.json', 'test/architecture/dialect.mjs']) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await copyFile(file, join(folder, file));
    }
    const compilerOptions = { strict: true, target: 'es2023', module: 'nodenext', types: [] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    await mkdir(join(folder, where), { recursive: true });
    for (const { file, text } of cases) await writeFile(join(folder, where, file), `${text}\n`);
    refused = await refusedIn(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

test.each(cases)('$rule refuses $text', ({ rule, file }) => {
  expect([...(refused.get(file) ?? [])]).toContain(rule);
});

type Told = {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
};

/** By which rules each file of a folder is refused. */
async function refusedIn(folder: string): Promise<Map<string, Set<string>>> {
  const bin = join(process.cwd(), 'node_modules/.bin');
  const told = await new Promise<string>((resolve) => {
    const env = { ...process.env, OXLINT_TSGOLINT_PATH: join(bin, 'tsgolint') };
    const flags = ['--type-aware', '--format=json', 'apps'];
    // It ends with 1 where it refuses something.
    execFile(join(bin, 'oxlint'), flags, { cwd: folder, env }, (_error, output) => resolve(output));
  });
  const found = new Map<string, Set<string>>();
  for (const { code, filename } of (JSON.parse(told) as Told).diagnostics) {
    const file = filename.slice(filename.lastIndexOf('/') + 1);
    found.set(file, (found.get(file) ?? new Set()).add(code));
  }
  return found;
}
