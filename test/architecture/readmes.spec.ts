import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from '@jest/globals';

/**
 * Goal: what a README leads to is there. Method: every file that a README names in code marks, by its whole path or by
 * as much of its end as tells it apart (`src/` may be left out), and every folder by its whole path; not patterns.
 */
const roots = ['apps', 'deploy', 'libs', 'proto', 'test'];
const unread = /(^|\/)(node_modules|dist|generated)(\/|$)/;
const filesBelow = (pattern: string) =>
  globSync(
    roots.map((root) => `${root}/${pattern}`),
    { exclude: (name) => unread.test(name) },
  );

const files = [...filesBelow('**/*.*'), ...globSync('*.{json,mjs,md}')].flatMap((file) => [
  `/${file}`,
  `/${file.replace(/\/src\//g, '/')}`,
]);
const named = /`([\w.@/-]+\.(?:ts|tsx|mts|mjs|cjs|sql|proto|prisma|css|md))`/g;
const folder = /`((?:apps|deploy|libs|proto|test)\/[\w@/-]+)`/g;
/** A kind of file (`*.pg.ts`) is written without the star in a table. */
const isKind = (name: string) => name.startsWith('.');

test.each([...filesBelow('**/*.md'), 'README.md'])('%s leads only to what is there', (readme) => {
  const text = readFileSync(readme, 'utf8');
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]!);
  const missing = all(named).filter(
    (name) => !isKind(name) && !files.some((file) => file.endsWith(`/${name}`)),
  );
  expect([...missing, ...all(folder).filter((path) => !existsSync(path))]).toEqual([]);
});

/** What is asked for by name stands where people look for it, and nothing else does. */
const namesIn = (readme: string, pattern: RegExp) =>
  [...(pattern.exec(readFileSync(readme, 'utf8'))?.[1] ?? '').matchAll(/[a-z][a-z-]*/g)]
    .map(([name]) => name)
    .sort();

test('README.md names every measure', () => {
  const benches = globSync('test/bench/*.bench.ts').map((file) => basename(file, '.bench.ts'));
  expect(namesIn('README.md', /`npm run bench -- NAME` measures \(([^)]*)\)/)).toEqual(
    benches.sort(),
  );
});

test('test/README.md has a row for every proof', () => {
  const proofs = readFileSync('deploy/local/prove.mjs', 'utf8').matchAll(
    /^ {2}'?([a-z-]+)'?: \{$/gm,
  );
  const rows = readFileSync('test/README.md', 'utf8').matchAll(/^\| `([a-z-]+)[ `\[]/gm);
  const named = [...proofs].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(10);
  const told = new Set([...rows].map(([, name]) => name));
  expect(named.filter((name) => !told.has(name))).toEqual([]);
});
