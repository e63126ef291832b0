import { readdirSync } from 'node:fs';
import { basename, join, sep } from 'node:path';

/** Names are the first documentation (house style, naming rules 7 and 8): the tree is held to them. */
const skipped = new Set(['node_modules', 'generated', 'dist', 'web', '.local']);
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
const sources = ['apps', 'libs', 'test', 'deploy']
  .flatMap(filesBelow)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));

test('there are sources to look at', () => {
  expect(sources.length).toBeGreaterThan(100);
});

test('files are kebab-case words, then dots for the role', () => {
  const odd = sources.filter(
    (file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.ts$/.test(basename(file)),
  );
  expect(odd).toEqual([]);
});

test('no file is called after nothing: helper, util, manager, base, impl, common, misc', () => {
  const vague = sources.filter((file) =>
    /(^|[-.])(helpers?|utils?|managers?|base|impl|commons?|misc|stuff)([-.]|$)/.test(
      basename(file),
    ),
  );
  expect(vague).toEqual([]);
});

test('a domain folder holds plain files without a role', () => {
  const roles = sources
    .filter((file) => file.includes(`${sep}domain${sep}`))
    .filter((file) => !/^[a-z0-9-]+(\.spec)?\.ts$/.test(basename(file)));
  expect(roles).toEqual([]);
});

test('barrels stand at the door of a library only', () => {
  const barrels = sources.filter((file) => basename(file) === 'index.ts');
  const elsewhere = barrels.filter(
    (file) => !/^libs[\\/][^\\/]+[\\/]src[\\/]index\.ts$/.test(file),
  );
  expect(elsewhere).toEqual([]);
});

test('what only tests use says so and stands in the test folder of its service', () => {
  const support = sources.filter((file) => /(in-memory|test-support)[^/\\]*\.ts$/.test(file));
  const odd = support.filter(
    (file) =>
      !/^apps[\\/][^\\/]+[\\/]test[\\/][a-z0-9-]+\.test-support\.ts$/.test(file) &&
      // An outbox that is really in memory, for the use cases of any service.
      file !== join('libs', 'testing', 'src', 'in-memory-outbox.ts'),
  );
  expect(odd).toEqual([]);
});
