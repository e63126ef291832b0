import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/**
 * Goal: know that each import rule fires. Method: write one violating file per rule into a small tree of its own, with
 * empty files where theirs import ours, run the cruiser once over it, expect each rule's name on its file. Not into
 * ours: other tests read that at the same moment.
 */
const run = promisify(execFile);
const probes: readonly { rule: string; file: string; imports: string }[] = [
  { rule: 'kernel-is-pure', file: 'libs/time/src/probe-core.ts', imports: 'node:crypto' },
  { rule: 'kernel-is-pure', file: 'libs/money/src/probe-package.ts', imports: 'zod' },
  {
    rule: 'libs-never-import-apps',
    file: 'libs/http/src/probe-app.ts',
    imports: '../../../apps/billing/src/config.js',
  },
  {
    rule: 'apps-never-import-apps',
    file: 'apps/metering/src/probe-app.ts',
    imports: '../../billing/src/config.js',
  },
  {
    rule: 'domain-is-pure',
    file: 'apps/billing/src/probes/domain/probe-nest.ts',
    imports: '@nestjs/common',
  },
  {
    rule: 'domain-is-pure',
    file: 'apps/billing/src/probes/domain/probe-core.ts',
    imports: 'node:fs',
  },
  {
    rule: 'domain-is-pure',
    file: 'apps/billing/src/probes/domain/probe-lib.ts',
    imports: '#libs/persistence',
  },
  {
    rule: 'domain-is-pure',
    file: 'apps/billing/src/probes/domain/probe-sibling.ts',
    imports: '../probe-use-case.js',
  },
  {
    rule: 'domain-is-pure',
    file: 'apps/billing/src/probes/room/domain/probe-nest.ts',
    imports: '@nestjs/common',
  },
  {
    rule: 'features-through-the-door',
    file: 'apps/membership/src/probes/room/probe-sibling.ts',
    imports: '../../contract/markets/load-market.js',
  },
  {
    rule: 'features-through-the-door',
    file: 'apps/billing/src/probes/probe-sibling.ts',
    imports: '../prices/domain/price-schedule.js',
  },
  {
    rule: 'features-through-the-door',
    file: 'apps/membership/src/probes/probe-tables-of-a-sibling.ts',
    imports: '../orders/probe-orders.pg.js',
  },
  { rule: 'database-in-adapters-only', file: 'apps/billing/src/probes/probe-pg.ts', imports: 'pg' },
  {
    rule: 'prisma-for-typed-reads-only',
    file: 'apps/membership/src/probe.prisma-repository.ts',
    imports: './generated/prisma/client.js',
  },
  {
    rule: 'typed-tables-where-the-database-is',
    file: 'apps/membership/src/probes/view-probe.ts',
    imports: '../membership-tables.prisma-client.js',
  },
  {
    rule: 'no-development-dependency-in-production',
    file: 'libs/identity/src/probe-issuer.ts',
    imports: 'oidc-provider',
  },
  {
    rule: 'transports-at-the-edge',
    file: 'apps/billing/src/probes/probe-bull.ts',
    imports: 'bull',
  },
  {
    rule: 'kafka-in-messaging-only',
    file: 'apps/billing/src/probes/probe-kafka.bull-queue.ts',
    imports: 'kafkajs',
  },
  {
    rule: 'services-meet-in-clients',
    file: 'apps/billing/src/probes/probe-grpc.ts',
    imports: '@grpc/grpc-js',
  },
  {
    rule: 'no-test-code-in-production',
    file: 'apps/billing/src/probes/probe-testing.ts',
    imports: '#libs/testing',
  },
  {
    rule: 'no-test-code-in-production',
    file: 'apps/billing/src/probes/probe-support.ts',
    imports: '../../test/billing-bed.test-support.js',
  },
  {
    rule: 'outside-is-outside',
    file: 'test/outside/probe-product.ts',
    imports: '#libs/persistence',
  },
  {
    rule: 'outside-is-outside',
    file: 'test/outside/probe-simulator.ts',
    imports: '../simulators/open-ent-ng/journal.js',
  },
  {
    rule: 'no-circular',
    file: 'apps/billing/src/probes/probe-circle-a.ts',
    imports: './probe-circle-b.js',
  },
];
// What keeps the rules: a use case, and the class of a noun, where drivers and typed tables may be met.
const harmless = [
  { file: 'apps/billing/src/probes/probe-use-case.ts', text: 'export const nothing = 1;\n' },
  {
    file: 'apps/membership/src/orders/probe-orders.pg.ts',
    text: ['pg', '../generated/prisma/client.js', '../membership-tables.prisma-client.js']
      .map((from, index) => `export * as found${index} from '${from}';\n`)
      .join(''),
  },
];
// The other half of the circle: the cruiser names a circle once, on one of its files.
const otherHalf = 'apps/billing/src/probes/probe-circle-b.ts';

/** What a probe imports of ours, by its place in our tree. */
const ours = [
  ...new Set(
    probes
      .filter(({ imports }) => /^[.#]/.test(imports))
      .map(({ file, imports }) =>
        imports.startsWith('#')
          ? join(imports.slice(1), 'src/index.ts')
          : join(dirname(file), imports.replace(/\.js$/, '.ts')),
      ),
  ),
].filter((file) => !/\/probe[-.]/.test(file));

type Violation = { from: string; rule: { name: string } };
let violations: Violation[];
let tree: string;

async function put(file: string, text: string) {
  const path = join(tree, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

beforeAll(async () => {
  await mkdir('.local', { recursive: true });
  tree = await mkdtemp(join('.local', 'probes-'));
  for (const file of ['package.json', 'tsconfig.json']) await copyFile(file, join(tree, file));
  await symlink(resolve('node_modules'), join(tree, 'node_modules'));
  for (const file of ours) await put(file, 'export const ours = 1;\n');
  for (const { file, text } of harmless) await put(file, text);
  await put(
    otherHalf,
    "import * as found from './probe-circle-a.js';\nexport const used = found;\n",
  );
  for (const { file, imports } of probes)
    await put(file, `import * as found from '${imports}';\nexport const used = found;\n`);
  const files = [...probes, ...harmless].map(({ file }) => file);
  const { stdout } = await run(
    resolve('node_modules/.bin/depcruise'),
    [
      ...files,
      ...['--config', resolve('test/architecture/dependency-cruiser.cjs')],
      ...['--output-type', 'json'],
    ],
    { cwd: tree, maxBuffer: 64 * 1024 * 1024 },
  ).catch((error: { stdout?: string }) => {
    if (error.stdout) return { stdout: error.stdout };
    throw error;
  });
  violations = (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}, 60_000);
afterAll(() => rm(tree, { recursive: true, force: true }));

test('what the probes import of ours is there', () => {
  expect(ours.length).toBeGreaterThan(5);
  expect(ours.filter((file) => !existsSync(file))).toEqual([]);
});

test.each(probes)('$rule fires on $file', ({ rule, file }) => {
  expect(
    violations.filter(({ from }) => from === file).map((violation) => violation.rule.name),
  ).toContain(rule);
});

test.each(harmless)('$file keeps the rules and is left in peace', ({ file }) => {
  expect(violations.filter(({ from }) => from === file)).toEqual([]);
});
