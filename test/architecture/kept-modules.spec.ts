import { globSync, readFileSync } from 'node:fs';

/**
 * Goal: what one test file leaves in the modules of the product, another does not find, though both run with the same
 * (`test/support/jest/kept-modules.cjs`). Method: whatever a module could keep from one call to the next is named here,
 * with the reason why nobody can tell whether it was kept; figures of metrics begin anew with each file. It is as good
 * for a service: what is kept for ever must be bounded.
 */
const keeps: Readonly<Record<string, readonly [what: string, why: string][]>> = {
  'apps/console/src/gateway/concerns.ts': [['naming', 'what a contract says']],
  'apps/console/src/tell.ts': [['translated', 'what a contract says']],
  'apps/directory/src/sources/commune-of-siren.ts': [
    ['exceptions', 'the committed list as its file is'],
  ],
  'apps/membership/src/contract/markets/market-text.ts': [['known', 'by the object it is of']],
  'apps/membership/src/organisations/communes.ts': [['known', 'the committed list as its file is']],
  'libs/http/src/contract-schema.ts': [['knownBounds', 'what a contract says']],
  'libs/identity/src/access.ts': [['known', 'what a contract says']],
  'libs/identity/src/rpc-auth.guard.ts': [
    ['callers', 'by the call it is of'],
    ['verified', 'by the call it is of'],
    ['served', 'by the handler it is of'],
  ],
  'libs/messaging/src/crc32c.ts': [['table', 'filled while it is read']],
  'libs/messaging/src/encode-produce.ts': [
    ['encodedBatches', 'by the batch it is of'],
    ['single', 'the value of a call that has ended'],
    ['names', 'the bytes of a name'],
    ['scratch', 'written anew by each run before it is read'],
  ],
  'libs/messaging/src/kafkajs-tuning.ts': [['tuned', 'kafkajs is one for the process, too']],
  'libs/messaging/src/batch-record.ts': [['namesOfLength', 'made of the envelope']],
  'libs/messaging/src/received-event.ts': [['lastDay', 'a text that is a day']],
  'libs/observability/src/trace-context.ts': [['used', 'how many of the drawn bytes are used']],
  'libs/pdf/src/faces.ts': [['opened', 'a font as its file is']],
  'libs/pdf/src/printable-text.ts': [['judged', 'whether the font draws a character']],
  'libs/persistence/src/unit-of-work.ts': [['inFlight', 'by the transaction it is of']],
};

const kept = globSync('{apps,libs}/*/src/**/*.ts')
  .filter((path) => !/^libs\/testing\/|\/generated\/|(spec|test-support|main)\.ts$/.test(path))
  .sort();

test('there are modules to look at', () => {
  expect(kept.length).toBeGreaterThan(1_000);
});

test('a module of the product keeps nothing but what is named here', () => {
  const found = kept.flatMap((path) =>
    statesOf(readFileSync(path, 'utf8')).map((name) => `${path} ${name}`),
  );
  const named = Object.entries(keeps).flatMap(([path, each]) =>
    each.map(([what]) => `${path} ${what}`),
  );
  expect(found.sort()).toEqual(named.sort());
});

test.each([
  ['a variable', 'let last: string | undefined;', ['last']],
  ['an exported one', 'export let tuned = false;', ['tuned']],
  [
    'a map that is filled',
    'const seen = new Map<string, Buffer>();\nf(() => seen.set(a, b));',
    ['seen'],
  ],
  ['a list that grows', 'const seen: string[] = [];\nf(() => seen.push(a));', ['seen']],
  [
    'an entry that is given',
    'const byName: Figures = {};\nf(() => (byName[name] = 1));',
    ['byName'],
  ],
  ['a field that is given', 'const last = { at: 0 };\nf(() => (last.at += 1));', ['last']],
  ['a field of a class', 'class Ledger {\n  private static last = 0;\n}', ['last']],
  ['a table', 'const table = new Map([[1, 2]]);\nf(() => table.get(1));', []],
  ['what a function keeps while it runs', 'function f() {\n  let sum = 0;\n}', []],
  ['what never changes', 'const least = 20;\nclass A {\n  static readonly b = 1;\n}', []],
])('knows %s', (_what, text, names) => {
  expect(statesOf(text)).toEqual(names);
});

/** The names of what a module holds that changes: its variables, constants that are written into, static fields. */
function statesOf(text: string): string[] {
  const namesIn = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!);
  return [
    ...namesIn(/^(?:export )?let (\w+)/gm),
    ...namesIn(
      /^(?:export )?const (\w+)\b(?! = (?:new (?:Counter|Gauge|Histogram)\b|\())/gm,
    ).filter((name) => isWrittenInto(text, name)),
    ...namesIn(/^ +(?:private |public |protected )?static (?!readonly )(\w+)(?::[^=(]+)? =/gm),
  ];
}

function isWrittenInto(text: string, name: string): boolean {
  const assigned = String.raw`\s(?:[-+]|\?\?)?=\s`;
  const calls = String.raw`\.(?:set|add|push|unshift|delete|clear|splice)\(`;
  return new RegExp(
    String.raw`(?<![.\w])${name}(?:${calls}|\.\w+${assigned}|\[[^\]]+\]${assigned})`,
  ).test(text);
}
