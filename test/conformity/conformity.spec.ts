import { existsSync, readFileSync } from 'node:fs';

/** Goal: the table of README.md stays true. Method: read its rows, look at the files they name. */
const page = readFileSync('test/conformity/README.md', 'utf8');
const carried = page.slice(
  page.indexOf('## Rules carried'),
  page.indexOf('## Rules not carried yet'),
);
const rows = [...carried.matchAll(/^\| ([A-Z]{3}-\d) \| .* \| `([^`]+)` \| `([^`]+)` \|$/gm)].map(
  ([, rule, code, test]) => ({
    rule: rule ?? '',
    code: pathOf(code ?? ''),
    test: pathOf(test ?? ''),
  }),
);

function pathOf(short: string): string {
  return short.replace(
    /^(membership|directory|provisioning|metering|billing|console)\//,
    'apps/$1/src/',
  );
}

test('every row of the table is read', () => {
  expect(rows.length).toBe(
    carried.split('\n').filter((line) => /^\| [A-Z]{3}-\d/.test(line)).length,
  );
  expect(rows.length).toBeGreaterThan(40);
});

test.each(rows)(
  '$rule: the code and the test exist, and the test names the rule',
  ({ rule, code, test }) => {
    expect({ code: existsSync(code), test: existsSync(test) }).toEqual({ code: true, test: true });
    expect(readFileSync(test, 'utf8')).toContain(rule);
  },
);
