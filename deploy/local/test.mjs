// npm test — from a bare clone: every check and every test.
//   npm test -- unit | int | e2e | scenario | check     only these (several may be named)
//   npm test -- int libs/messaging                      and only the files whose path matches
import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inRoot, localDir, pinnedNode, root } from './paths.mjs';
import { readJson } from './ports.mjs';
import { prepare } from './prepare.mjs';
import { checkMachine, findChromium } from './prerequisites.mjs';
import { startPrivateBacking } from './private-backing.mjs';
import { explain, say, step } from './progress.mjs';
import { whenNpmIsGone } from './npm-gone.mjs';
import { endRunning, runOnce } from './run-once.mjs';
import { tailOf } from './log-file.mjs';

/**
 * `backing`: needs PostgreSQL, Redis and Kafka. `zones`: run once in each time zone, since dates are what this
 * product is about; the others run in the zone that is set.
 */
const suites = {
  unit: { kind: '(spec|contract-spec)', zones: ['UTC', 'America/New_York'] },
  int: { kind: 'int-spec', backing: true },
  e2e: { kind: 'e2e-spec', backing: true, browser: true },
  scenario: { kind: 'scenario-spec', backing: true, browser: true },
};
/** Files at once. Of a scenario, a good part is waiting: two share two cores well. */
const workers = 2;
/** So many of the slowest files are named: what makes a run long is seen in each run. */
const slowest = 8;
const checks = {
  format: ['format:check'],
  lint: ['lint'],
  types: ['typecheck'],
  imports: ['imports'],
  proto: ['proto'],
};

async function main() {
  const args = process.argv.slice(2);
  const known = [...Object.keys(suites), 'check'];
  const named = args.filter((arg) => known.includes(arg));
  const paths = args.filter((arg) => !known.includes(arg));
  const wanted = named.length > 0 ? named : known;
  const chosen = Object.keys(suites).filter((name) => wanted.includes(name));
  const needsBacking = chosen.some((name) => suites[name].backing);

  await checkMachine({
    browser: chosen.some((name) => suites[name].browser) && !process.env.ENT_NO_BROWSER,
    kafka: needsBacking && !process.env.KAFKA_BROKERS,
  });
  await prepare({ broker: needsBacking && !process.env.KAFKA_BROKERS });

  const totals = { passed: 0, failed: 0 };
  if (wanted.includes('check')) add(totals, await runChecks());
  if (needsBacking) add(totals, await withBacking(() => runSuites(chosen, paths)));
  else add(totals, await runSuites(chosen, paths));
  say(`\n${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

/** Two at a time, on two cores. What a failing one printed is shown; the log of each stays. */
async function runChecks() {
  const totals = { passed: 0, failed: 0 };
  const waiting = Object.entries(checks);
  await step('Checks: format, lint, types, import rules, contracts', async (report) => {
    const all = waiting.length;
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [name, [script]] = next;
        const log = join(localDir, 'logs', `check-${name}.log`);
        rmSync(log, { force: true });
        const status = await runOnce('npm', ['run', '--silent', script], {
          cwd: root,
          env: environment(),
          log,
        });
        add(totals, status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
        if (status !== 0) say(`✗ npm run ${script}\n${tailOf(log, 60)}`);
        report(all - waiting.length, all, name);
      }
    };
    await Promise.all([worker(), worker()]);
  });
  say(`── checks: ${totals.passed} passed, ${totals.failed} failed ──`);
  return totals;
}

async function withBacking(work) {
  const backing = await step('Starting PostgreSQL, Redis and Kafka for this run', () =>
    startPrivateBacking({
      purpose: 'test',
      wanted: ['postgres', 'redis', 'kafka'],
      throwAway: true,
      say,
    }),
  );
  cleaning.push(backing.stop);
  Object.assign(process.env, backing.env);
  try {
    return await work();
  } finally {
    if (!stopping) await backing.stop();
  }
}

/**
 * Suites with zones one after the other, each in each zone; the others together, so that no core waits for the
 * last file of each (the longest come first: test/support/longest-first.cjs).
 */
async function runSuites(chosen, paths) {
  const zoned = chosen.filter((name) => suites[name].zones);
  const together = chosen.filter((name) => !suites[name].zones);
  const runs = [
    ...zoned.flatMap((name) => suites[name].zones.map((zone) => ({ names: [name], zone }))),
    ...(together.length > 0 ? [{ names: together }] : []),
  ];
  const totals = { passed: 0, failed: 0 };
  for (const { names, zone } of runs) {
    const title = zone ? `${names[0]} (${zone})` : names.join(', ');
    say(`\n── ${title} tests ──`);
    const startedAt = Date.now();
    const { files, ...counted } = await runSuite(names, paths, zone);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    say(`── ${title}: ${counted.passed} passed, ${counted.failed} failed (${seconds} s) ──`);
    for (const { file, took } of files.slice(0, slowest))
      say(`${`${took} s`.padStart(7)}  ${file}`);
    add(totals, counted);
  }
  return totals;
}

async function runSuite(names, paths, zone) {
  const result = join(localDir, `test-result-${process.pid}.json`);
  const jest = [inRoot('node_modules/jest/bin/jest.js'), `--maxWorkers=${workers}`];
  // Jest's own pattern option widens with every value; the suffix must narrow.
  const pattern = `\\.(${names.map((name) => suites[name].kind).join('|')})\\.ts$`;
  const where = paths.length > 0 ? `(${paths.join('|')}).*${pattern}` : pattern;
  const flags = [
    '--json',
    `--outputFile=${result}`,
    '--passWithNoTests',
    `--testPathPatterns=${where}`,
  ];
  const status = await runOnce(pinnedNode, ['--experimental-vm-modules', ...jest, ...flags], {
    cwd: root,
    env: { ...environment(), ...(zone && { TZ: zone }) },
    stdio: ['ignore', 'ignore', 'inherit'], // with --json, Jest reports on its error output
  });
  const outcome = readJson(result, undefined);
  rmSync(result, { force: true });
  const failed = (outcome?.numFailedTests ?? 0) + (outcome?.numRuntimeErrorTestSuites ?? 0);
  const files = (outcome?.testResults ?? [])
    .map(({ name, startTime, endTime }) => ({
      file: relative(root, name),
      took: Math.round((endTime - startTime) / 1000),
    }))
    .sort((a, b) => b.took - a.took);
  // A Jest that ends badly without naming a failed test has failed all the same.
  return {
    passed: outcome?.numPassedTests ?? 0,
    failed: status !== 0 && failed === 0 ? 1 : failed,
    files,
  };
}

const environment = () => ({
  ...process.env,
  PATH: `${inRoot('node_modules/.bin')}:${process.env.PATH}`,
  NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  ...(findChromium() && { CHROMIUM_PATH: findChromium() }),
});

function add(totals, { passed, failed }) {
  totals.passed += passed;
  totals.failed += failed;
}

const cleaning = [];
let stopping = false;
async function stop() {
  if (stopping) return;
  stopping = true;
  endRunning();
  for (const clean of cleaning.splice(0)) await clean();
  process.exit(130);
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
whenNpmIsGone(stop);

process.exitCode = await main().catch(explain);
