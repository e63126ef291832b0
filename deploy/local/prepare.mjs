// From a bare clone to runnable code; each part is skipped when its inputs are the same as last time.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  checksumOfContents,
  checksumOfStats,
  filesBelow,
  isDone,
  unlessDone,
} from './checksums.mjs';
import { brokerArtefacts, resolveBroker } from './kafka.mjs';
import { isResolved } from './maven.mjs';
import { inRoot, localDir, pinnedNode, root } from './paths.mjs';
import { say, step } from './progress.mjs';
import { mustRun } from './run-once.mjs';

const logs = (name) => join(localDir, 'logs', `${name}.log`);
const withPinnedNode = () => ({
  ...process.env,
  PATH: `${inRoot('node_modules/.bin')}:${process.env.PATH}`,
});
const script = (name) =>
  mustRun(`npm run ${name}`, 'npm', ['run', '--silent', name], {
    cwd: root,
    env: withPinnedNode(),
    log: logs(name),
  });

/**
 * Dependencies, the broker's jars, generated code, compiled code, and the web application.
 * @param {{ broker?: boolean }} [needs]
 */
export async function prepare({ broker = true } = {}) {
  await Promise.all([installDependencies(), broker && fetchBroker()]);
  await generateCode();
  await Promise.all([compile(), buildWeb()]);
}

/** `npm ci`, unless what is installed is what the lock file says. */
export async function installDependencies() {
  const lock = inRoot('package-lock.json');
  const stamp = inRoot('node_modules/.lock-checksum');
  const checksum = checksumOfContents([lock]);
  if (isDone(stamp, checksum) && existsSync(pinnedNode)) return;
  if (isInstalled(lock)) return void (await unlessDone(stamp, checksum, () => {}));
  await step('Installing the locked dependencies (npm ci)', () =>
    unlessDone(stamp, checksum, () =>
      mustRun('npm ci', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
        cwd: root,
        log: logs('npm-ci'),
      }),
    ),
  );
}

/** Whether somebody installed the same by hand: every locked package is there in its version. */
function isInstalled(lock) {
  const record = inRoot('node_modules/.package-lock.json');
  if (!existsSync(record) || !existsSync(pinnedNode)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(lock, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional, dev, peer, devOptional }]) =>
      path === '' ||
      installed[path]?.version === version ||
      (installed[path] === undefined && Boolean(optional || devOptional || (peer && !dev))),
  );
}

async function fetchBroker() {
  if (isResolved(brokerArtefacts)) return;
  await step('Fetching Apache Kafka from Maven', resolveBroker);
}

/** The generator looks at its own checksums; asking it costs a tenth of a second. */
async function generateCode() {
  const { generate } = await import('../tools/generate.mjs');
  const done = await generate();
  if (done.length > 0) say(`✓ Generated: ${done.join(', ')}`);
}

const sourceFolders = ['apps', 'libs', 'test', 'deploy'];

async function compile() {
  const web = inRoot('apps/console/web');
  const sources = sourceFolders.flatMap((folder) =>
    filesBelow(inRoot(folder), (file) => file.endsWith('.ts') && !file.startsWith(web)),
  );
  const checksum = checksumOfStats([inRoot('package.json'), inRoot('.swcrc'), ...sources]);
  const stamp = inRoot('dist/.sources');
  if (isDone(stamp, checksum)) return;
  await step('Compiling', () => unlessDone(stamp, checksum, () => script('build')));
}

/** The libraries that the web application shares as source. */
const kernel = ['money', 'time', 'identifiers', 'problems'];

async function buildWeb() {
  const web = inRoot('apps/console/web');
  if (!existsSync(join(web, 'index.html'))) return;
  const sources = [
    ...filesBelow(web, (file) => !/[/\\]dsfr[/\\]/.test(file)), // copied from the package by the build
    ...kernel.flatMap((lib) =>
      filesBelow(inRoot('libs', lib), (file) => !file.endsWith('.spec.ts')),
    ),
  ];
  const checksum = checksumOfContents([inRoot('package-lock.json'), ...sources]);
  const stamp = join(web, 'dist/.sources');
  if (isDone(stamp, checksum)) return;
  await step('Building the web application', () =>
    unlessDone(stamp, checksum, () => script('build:web')),
  );
}
