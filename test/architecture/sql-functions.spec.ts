import { globSync, readFileSync } from 'node:fs';
import { serviceNames } from '#libs/contracts';
import { sqlHomes } from '#libs/persistence';

type Sql = { readonly path: string; readonly sql: string };

/**
 * Goal: a function of the database stands once (libs/persistence/README.md). Method: the files of each
 * database are read, the libraries' with the service's; the last test shows that each mistake is found.
 */
function mistakesOf(files: Sql[]): string[] {
  const bare = files.map(({ path, sql }) => ({ path, sql: sql.replace(/--[^\n]*/g, '') }));
  const migrations = bare.filter(({ path }) => path.includes('/migrations/'));
  const grants = bare.filter(({ path }) => path.endsWith('/grants.sql'));
  const repeatable = bare.filter((file) => !migrations.includes(file) && !grants.includes(file));
  const created = repeatable.flatMap(({ path, sql }) =>
    [...sql.matchAll(/\bcreate or replace (?:function|view) ([\w.]+)/gi)].map(([, name]) => ({
      path,
      name: String(name).toLowerCase(),
    })),
  );
  return [
    ...migrations
      .filter(({ sql }) => /\bcreate\s+(or\s+replace\s+)?(function|procedure|view)\b/i.test(sql))
      .map(({ path }) => `${path} creates a function or view: it belongs into a repeatable file`),
    ...created
      .filter(({ name }, at) => created.findIndex((other) => other.name === name) < at)
      .map(({ path, name }) => `${path} creates ${name} a second time`),
    ...repeatable
      .filter(({ sql }) => sql.replace(repeatableStatement, '').trim() !== '')
      .map(({ path }) => `${path} does more than "create or replace"`),
    ...grants
      .filter(({ sql }) => sql.replace(/\bgrant [^;]*;/gi, '').trim() !== '')
      .map(({ path }) => `${path} does more than grant`),
    ...repeatable
      .filter(({ path, sql }) => path.includes('/functions/') && /\breturns\s+trigger\b/i.test(sql))
      .map(
        ({ path }) => `${path} has a trigger's function: tables name it, so it stands before them`,
      ),
    ...created
      .filter(({ path }) => path.includes('/trigger-functions/'))
      .filter(({ name }) => !migrations.some(({ sql }) => sql.includes(`${name}(`)))
      .filter(({ name }) => !name.startsWith('platform.'))
      .map(({ path, name }) => `${path}: no table names ${name}`),
  ];
}
const repeatableStatement =
  /\bcreate or replace (function [^$]*\$\$(?:(?!\$\$)[\s\S])*\$\$|view [^;$]*);/gi;

test.each(serviceNames)(
  '%s: each function stands once, and no migration creates one',
  (service) => {
    const files = sqlHomes(service)
      .flatMap((home) => globSync(`${home}/**/*.sql`))
      .map((path) => ({ path, sql: readFileSync(path, 'utf8') }));
    expect(files.filter(({ path }) => path.includes('/migrations/')).length).toBeGreaterThan(1);
    expect(mistakesOf(files)).toEqual([]);
  },
);

const table = {
  path: 'a/migrations/1/migration.sql',
  sql: 'create trigger t … execute function f();',
};
const trigger = {
  path: 'a/trigger-functions/f.sql',
  sql: '-- Why.\ncreate or replace function f() returns trigger language plpgsql as $$ begin end $$;',
};
const plain = 'create or replace function g() returns int language sql as $$ select 1 $$;';
const viewed = 'create or replace view v as select 1;';

test('the probes: what is right passes', () => {
  expect(
    mistakesOf([table, trigger, { path: 'a/functions/g.sql', sql: `${plain}\n${viewed}` }]),
  ).toEqual([]);
});

test.each<[string, Sql]>([
  ['in a migration', { path: 'a/migrations/2/migration.sql', sql: plain }],
  ['in a migration, on two lines', { path: 'a/migrations/2/m.sql', sql: 'CREATE\nFUNCTION g()' }],
  ['a view in a migration', { path: 'a/migrations/2/migration.sql', sql: viewed }],
  ['twice in two files', { path: 'a/functions/f.sql', sql: plain.replace('g()', 'F()') }],
  ['twice in one file', { path: 'a/functions/g.sql', sql: `${plain}\n${plain}` }],
  ['not to be repeated', { path: 'a/functions/g.sql', sql: plain.replace('or replace ', '') }],
  [
    'with a row beside it',
    { path: 'a/functions/g.sql', sql: `${plain} insert into x values (1);` },
  ],
  ['a trigger beside it', { path: 'a/functions/g.sql', sql: `${plain} ${table.sql}` }],
  ['too late for its table', { path: 'a/functions/h.sql', sql: trigger.sql.replace('f()', 'h()') }],
  ['among grants', { path: 'a/grants.sql', sql: `grant select on t to s; ${plain}` }],
  ['named by nobody', { path: 'a/trigger-functions/h.sql', sql: plain.replace('g()', 'h()') }],
])('the probes: a function %s is found', (_what, wrong) => {
  expect(mistakesOf([table, trigger, wrong])).toHaveLength(1);
});
