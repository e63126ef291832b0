import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Goal: the table of README.md stays true. Method: read its rows, look at the files they name. */
const page = readFileSync('test/conformity/README.md', 'utf8');
const carried = page.slice(
  page.indexOf('## Rules carried'),
  page.indexOf('## Rules not carried yet'),
);
/** A row may name several files of code or of tests, in backquotes; a bare file lies beside the one before it. */
const rows = carried
  .split('\n')
  .map((line) => line.split(' | '))
  .filter(([rule, , code, test, ...rest]) => {
    const isRow = /^\| [A-Z]{3}-\d/.test(rule ?? '');
    return isRow && code !== undefined && test !== undefined && rest.length === 0;
  })
  .map(([rule, , code, test]) => ({
    rule: (rule ?? '').slice(2),
    code: pathsOf(code ?? ''),
    tests: pathsOf(test ?? ''),
  }));

function pathsOf(cell: string): string[] {
  const paths: string[] = [];
  for (const [, name = ''] of cell.matchAll(/`([^`]+)`/g)) {
    const beside = paths.at(-1);
    paths.push(name.includes('/') || !beside ? pathOf(name) : join(dirname(beside), name));
  }
  return paths;
}

const told = (path: string) =>
  readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*/g, '');

function pathOf(short: string): string {
  return short.replace(
    /^(membership|directory|provisioning|metering|billing|console|ldap)\//,
    'apps/$1/src/',
  );
}

test('every row of the table is read', () => {
  expect(rows.length).toBe(
    carried.split('\n').filter((line) => /^\| [A-Z]{3}-\d/.test(line)).length,
  );
  expect(rows.length).toBeGreaterThan(40);
});

/** A boundary: its rule, the days on both sides, the test that tries them. */
const boundaries = page
  .split('\n')
  .map((line) => line.split(' | '))
  .filter(({ length }) => length === 5)
  .map(([name = '', rule = '', before = '', from = '', test = '']) => {
    const [path = ''] = pathsOf(test);
    return { name: name.slice(2), rule, before, from, path };
  })
  .filter(({ before }) => /^\d{4}-/.test(before));

test('every boundary of the convention is read', () => {
  expect(boundaries.length).toBe(page.split('\n').filter((line) => / \| \d{4}-/.test(line)).length);
  expect(boundaries.length).toBeGreaterThan(15);
});

test.each(boundaries)('$rule, $name: a test tries $before and $from', (boundary) => {
  const { rule, before, from, path } = boundary;
  expect(Date.parse(from) - Date.parse(before)).toBe(86_400_000);
  const text = readFileSync(path, 'utf8');
  expect([rule, before, from].filter((word) => !text.includes(word))).toEqual([]);
});

test.each(rows)('$rule: the code and the tests exist, and each test names the rule', (row) => {
  expect(row.code.length * row.tests.length).toBeGreaterThan(0);
  expect([...row.code, ...row.tests].filter((path) => !existsSync(path))).toEqual([]);
  // In a title or in what is asserted: a comment holds nothing.
  const silent = row.tests.filter((path) => !told(path).includes(row.rule));
  expect(silent).toEqual([]);
});
