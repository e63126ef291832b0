import { readdirSync, readFileSync } from 'node:fs';
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

test('what only tests use says so and stands in the test folder of its service or library', () => {
  const support = sources.filter((file) => /(in-memory|test-support)[^/\\]*\.ts$/.test(file));
  const odd = support.filter(
    (file) =>
      !/^(apps|libs)[\\/][^\\/]+[\\/]test[\\/][a-z0-9-]+\.test-support\.ts$/.test(file) &&
      // An outbox that is really in memory, for the use cases of any service.
      file !== join('libs', 'testing', 'src', 'in-memory-outbox.ts'),
  );
  expect(odd).toEqual([]);
});

/**
 * The names that a file with one thing in it may have. `usage.pg-reader.ts` holds Usage, UsagePgReader,
 * UsageReader, PgUsage or PgUsageReader: the noun, the technology before it, the role after it.
 */
function namesFor(file: string): string[] {
  const [noun = '', role = ''] = basename(file, '.ts').split('.');
  const words = role.split('-');
  const technology = words[0]!;
  const kind = words.at(-1)!;
  const named = [noun, `${noun}-${role}`, `${noun}-${kind}`];
  return [...named, `${technology}-${noun}`, `${technology}-${noun}-${kind}`];
}
const inKebab = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
const exported = /^export (?:abstract |async )?(class|function|const|enum) (\w+)/gm;

/** The class that a file exports and nothing else of value, where the file is not named after it. */
function misnamed(file: string, source: string): string | undefined {
  const values = [...source.matchAll(exported)];
  const [, kind, name = ''] = values[0] ?? [];
  if (values.length !== 1 || kind !== 'class') return undefined;
  return namesFor(file).includes(inKebab(name)) ? undefined : `${file}: ${name}`;
}

test('a file whose one export is a class is named after it', () => {
  const production = sources.filter(
    (file) => file.includes(`${sep}src${sep}`) && !/spec\.ts$/.test(file),
  );
  const seen = production.map((file) => misnamed(file, readFileSync(file, 'utf8')));
  expect(seen.filter(Boolean)).toEqual([]);
});

test('a class under another name is found', () => {
  const own = 'export class FindPeople {}';
  expect([
    misnamed('people/find-people.ts', own),
    misnamed('people/find-people.pg.ts', own),
    misnamed('people/people.pg-reader.ts', 'export class PgPeopleReader {}'),
    misnamed('people/people.ts', own),
    misnamed('people/people.pg.ts', 'export type A = 1;\nexport abstract class PeopleCopies {}'),
    misnamed('people/people.ts', `${own}\nexport const limit = 1;`),
  ]).toEqual([
    undefined,
    undefined,
    undefined,
    'people/people.ts: FindPeople',
    'people/people.pg.ts: PeopleCopies',
    undefined,
  ]);
});
