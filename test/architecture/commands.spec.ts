import { globSync, readFileSync } from 'node:fs';

type Source = { readonly path: string; readonly text: string };

/**
 * Goal: transaction, day, refusal and journal are told once (libs/commands/README.md). Method: no file opens a
 * transaction and writes the journal by itself or through a file beside it that it imports; the probes show that each
 * way is found.
 */
function outsideTheFrame(sources: readonly Source[]): string[] {
  const journalling = new Set(sources.filter(({ text }) => journals(text)).map(({ path }) => path));
  return (
    sources
      // A module only wires: it hands the unit of work to who opens, and names who journals.
      .filter(({ path, text }) => opens(text) && !path.endsWith('.module.ts'))
      .filter(
        ({ path, text }) =>
          journalling.has(path) || importedBy(path, text).some((other) => journalling.has(other)),
      )
      .map(({ path }) => path)
      .sort()
  );
}

const bare = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
/** Of a library, by whatever name it goes on: a class, a function. */
const takes = (text: string, name: string) =>
  new RegExp(String.raw`import\s*\{[^}]*\b${name}\b[^}]*\}\s*from\s*'#libs/persistence'`).test(
    bare(text),
  );
const opens = (text: string) =>
  takes(text, 'UnitOfWork') || /\bunitOfWork\b|\bquery\(\s*['"`]begin/i.test(bare(text));
const journals = (text: string) =>
  takes(text, 'audit') || takes(text, 'auditStatement') || /\baudit_entry\b/.test(writes(text));
const writes = (text: string) =>
  [...bare(text).matchAll(/insert\s+into\s+[\w.]+/gi)].map(([insert]) => insert).join('\n');
const importedBy = (path: string, text: string) =>
  [...bare(text).matchAll(/import\s(?!type\b)[^;]*?from\s*'(\.[^']+)\.js'/g)].map(([, to]) =>
    new URL(`${to}.ts`, `file:///${path}`).pathname.slice(1),
  );

/** What stands outside, and why. */
const exceptions = {
  'apps/billing/src/invoices/drafts/review-draft.ts':
    'nobody asks for it and nobody is answered: a fact has a draft made anew by the service itself',
  'apps/billing/src/invoices/numbering/number-due-invoices.ts':
    'nobody asks for it and nobody is answered: what falls due is numbered by the service itself',
  'apps/directory/src/erasure/erase-leavers.ts':
    'nobody asks for it and nobody is answered: what falls due is erased by the service itself',
  'apps/membership/src/contract/markets/start-business-day.ts':
    'changes the day that the frame reads and holds, and there may be none before',
  'apps/membership/src/schools/school-transfers/preview-transfer.ts':
    'only looks, in a transaction that is undone with its entries',
  'apps/membership/src/successions/import-movements.ts':
    'rehearses in a transaction that is undone; PlanSuccessions, in the frame, plans',
};

const sources = globSync('apps/{membership,billing,directory,provisioning,metering}/src/**/*.ts')
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !/(\.spec|-spec|\.test-support)\.ts$|\/generated\//.test(path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

test('no use case opens a transaction and writes the journal by itself', () => {
  expect(sources.length).toBeGreaterThan(300);
  expect(
    sources.filter(({ text }) => /\bcommands\.(run|attempt)\(/.test(text)).length,
  ).toBeGreaterThan(50);
  expect(outsideTheFrame(sources)).toEqual(Object.keys(exceptions));
});

const entry =
  "import { audit } from '#libs/persistence';\nexport const tell = () => audit(tx, {});";
const beside = { path: 'apps/billing/src/a/tell.ts', text: entry };
const unit = "import { type Transaction, UnitOfWork } from '#libs/persistence';\n";

test.each<[string, string]>([
  ['itself', "import { audit, UnitOfWork } from '#libs/persistence';"],
  ['in two imports', `${unit}${entry}`],
  ['by another name', `${unit}import { audit as note } from '#libs/persistence';`],
  ['in SQL', `${unit}tx.query('insert into platform.audit_entry (actor) values ($1)')`],
  ['by a class beside it', `${unit}import { tell } from './tell.js';`],
  ['by a class of another folder', `${unit}import { Told, tell } from '../a/tell.js';`],
  ['with a transaction of its own', `${entry}\nawait client.query('begin');`],
])('the probes: what journals %s is found', (_how, text) => {
  expect(outsideTheFrame([{ path: 'apps/billing/src/a/probe.ts', text }, beside])).toEqual([
    'apps/billing/src/a/probe.ts',
  ]);
});

test.each<[string, string]>([
  ['in the frame', `${entry}\nthis.commands.attempt(asked, (tx) => tell(tx));`],
  ['only within another’s transaction', entry],
  ['nothing', unit],
  ['the type of what journals', `${unit}import type { Told } from './tell.js';`],
  ['only the rows that it reads', `${unit}tx.query('select from platform.audit_entry')`],
  ['it in a comment', `${unit}// import { audit } from '#libs/persistence';`],
])('the probes: what has %s passes', (_how, text) => {
  expect(outsideTheFrame([{ path: 'apps/billing/src/a/probe.ts', text }])).toEqual([]);
  expect(outsideTheFrame([{ path: 'apps/billing/src/a/probe.ts', text }, beside])).toEqual([]);
});
