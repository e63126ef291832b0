// npm test — from a bare clone: every check and every test.
//   npm test -- unit | int | e2e | scenario | drill | check     only these (several may be named)
//   npm test -- int libs/messaging                      and only the files whose path matches
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inRoot, localDir, pinnedNode, root } from './paths.mjs';
import { readJson } from './ports.mjs';
import {
  hasValidators,
  prepareValidators,
} from '../../test/support/validators/prepare-validators.mjs';
import { prepare } from './prepare.mjs';
import { checkMachine, findChromium } from './prerequisites.mjs';
import { startPrivateBacking } from './private-backing.mjs';
import { explain, say, step } from './progress.mjs';
import { whenNpmIsGone } from './npm-gone.mjs';
import { endRunning, runOnce } from './run-once.mjs';
import { tailOf } from './log-file.mjs';

/**
 * `backing`: needs PostgreSQL, Redis and Kafka. `validators`: needs those of invoices, which are Java. `zones`: run in the
 * first, and what asked there for the zone of its process (test/support/jest/zone-asked.cjs) in the others too, since dates
 * are what this product is about; the other suites run in the zone that is set.
 */
const suites = {
  unit: { kind: '(spec|contract-spec)', zones: ['UTC', 'America/New_York'], promtool: true },
  int: { kind: 'int-spec', backing: true, slapd: true, validators: true },
  e2e: { kind: 'e2e-spec', backing: true, browser: true },
  scenario: { kind: 'scenario-spec', backing: true, browser: true, stories: true },
  // Minutes each, so only where they are asked for: npm run prove.
  drill: { kind: 'drill-spec', backing: true, stories: true, onRequest: true },
};
/** Asking for the zone only for the times of entries in an archive, or for a logger's line: what they prove knows no date. */
const alikeEverywhere = /^libs\/rpc\/|\/(refused-files|open-delivery)\./;
/** Files at once: a good part of each is waiting. With two, two cores were idle for a fifth of the run. */
const workers = 3;
/**
 * Stories beside other files, one after the other. Two at once, each with a stack of processes, held the whole machine for
 * half of the run, and left a quarter of it idle for the rest; and of three one was not up in time.
 */
const storiesBeside = 1;
/**
 * Beside suites that wait for their services, what waits for nothing runs in their pauses: one file or check at a
 * time, and a service that needs the core has it first.
 */
const beside = { workers: 1, lower: ['nice', '-n', '5'] };
/**
 * Megabytes for what is young. Each file loads our own modules anew; with Node's 16 a tenth of the time goes into
 * moving what has only just come. For Jest and its workers alone, not for the services that a test starts.
 */
const youngMemory = '--max-semi-space-size=64';
/** A Jest whose results are written and that goes on: a test left something open, which would hold the whole run. */
const graceSeconds = 20;
/** So many of the slowest files are named, and of each what took longest: what makes a run long is seen in each run. */
const slowest = 8;
const slowestTests = 3;
/** Below that a test is none that makes a run long. */
const slowTestMs = 10_000;
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
  const wanted = named.length > 0 ? named : known.filter((name) => !suites[name]?.onRequest);
  const chosen = Object.keys(suites).filter((name) => wanted.includes(name));
  const needsBacking = chosen.some((name) => suites[name].backing);

  await checkMachine({
    browser: chosen.some((name) => suites[name].browser) && !process.env.ENT_NO_BROWSER,
    kafka: needsBacking && !process.env.KAFKA_BROKERS,
    slapd: chosen.some((name) => suites[name].slapd),
    promtool: chosen.some((name) => suites[name].promtool),
    validators: chosen.some((name) => suites[name].validators),
  });
  await prepare({ broker: needsBacking && !process.env.KAFKA_BROKERS });
  if (chosen.some((name) => suites[name].validators) && !hasValidators())
    await step('Fetching the validators of invoices from Maven', prepareValidators);

  const totals = { passed: 0, failed: 0 };
  const zoned = chosen.filter((name) => suites[name].zones);
  const together = chosen.filter((name) => !suites[name].zones);
  const runUnaided = async (how) => {
    for (const name of zoned)
      for (const zone of suites[name].zones) add(totals, await runSuite([name], paths, how, zone));
    rmSync(zoneAskedBy, { force: true });
    if (wanted.includes('check')) add(totals, await runChecks(how));
  };
  if (needsBacking) {
    const unaided = runUnaided(beside);
    unaided.catch(() => {}); // awaited below, once the others have ended
    try {
      for (const counted of await withBacking(() => runTogether(together, paths)))
        add(totals, counted);
    } catch (error) {
      endRunning();
      throw error;
    }
    await unaided;
  } else await runUnaided();
  say(`\n${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

/** What a failing one printed is shown; the log of each stays. */
async function runChecks(how = { workers }) {
  const totals = { passed: 0, failed: 0 };
  const waiting = Object.entries(checks);
  const shown = how.lower ? (_title, work) => work(() => {}) : step;
  await shown('Checks: format, lint, types, import rules, contracts', async (report) => {
    const all = waiting.length;
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [name, [script]] = next;
        const log = join(localDir, 'logs', `check-${name}.log`);
        rmSync(log, { force: true });
        const command = [...(how.lower ?? []), 'npm', 'run', '--silent', script];
        const status = await runOnce(command[0], command.slice(1), {
          cwd: root,
          env: environment(),
          log,
        });
        add(totals, status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
        if (status !== 0) say(`✗ npm run ${script}\n${tailOf(log, 60)}`);
        report(all - waiting.length, all, name);
      }
    };
    await Promise.all(Array.from({ length: how.workers }, worker));
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
      // A proof may have as many people as one likes.
      inMemory: !process.env.PROVE,
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

/** Two runs of Jest, where both stories and other files are asked for. */
function runTogether(names, paths) {
  const stories = names.filter((name) => suites[name].stories);
  const others = names.filter((name) => !suites[name].stories);
  if (stories.length === 0 || others.length === 0) return Promise.all([runSuite(names, paths)]);
  return Promise.all([
    runSuite(stories, paths, { workers: storiesBeside }),
    runSuite(others, paths),
  ]);
}

/**
 * One run of Jest, the longest files first, so that no core waits for the last one (test/support/jest/longest-first.cjs).
 * Beside another run it speaks once it has ended: its log stays, and is shown where a test failed.
 */
async function runSuite(names, paths, how = { workers }, zone) {
  const title = zone ? `${names[0]} (${zone})` : names.join(', ');
  const log = how.lower && join(localDir, 'logs', `test-${names[0]}-${zone.replace('/', '-')}.log`);
  if (log) rmSync(log, { force: true });
  else say(`\n── ${title} tests ──`);
  const startedAt = Date.now();
  const { files, ...counted } = await runJest(names, paths, { ...how, zone, log });
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  if (log && counted.failed > 0) say(tailOf(log, 200));
  say(`── ${title}: ${counted.passed} passed, ${counted.failed} failed (${seconds} s) ──`);
  for (const { file, took, tests } of files.slice(0, slowest)) {
    say(`${`${took} s`.padStart(7)}  ${file}`);
    for (const test of tests) say(`${`${test.took} s`.padStart(13)}  ${test.title}`);
  }
  return counted;
}

async function runJest(names, paths, { workers, lower = [], zone, log }) {
  const result = join(localDir, `test-result-${process.pid}-${names.join('-')}.json`);
  const isFirstZone = zone === suites[names[0]].zones?.[0];
  const jest = [inRoot('node_modules/jest/bin/jest.js'), `--maxWorkers=${workers}`];
  // Jest's own pattern option widens with every value; the suffix must narrow.
  const pattern = `\\.(${names.map((name) => suites[name].kind).join('|')})\\.ts$`;
  const where = paths.length > 0 ? `(${paths.join('|')}).*${pattern}` : pattern;
  const asking = zone && !isFirstZone ? filesAskingForZone() : undefined;
  if (asking?.length === 0) return { passed: 0, failed: 0, files: [] };
  const which = asking ? ['--runTestsByPath', ...asking] : [`--testPathPatterns=${where}`];
  if (zone && isFirstZone) writeFileSync(zoneAskedBy, '');
  const flags = ['--json', `--outputFile=${result}`, '--passWithNoTests', ...which];
  const command = [
    ...lower,
    pinnedNode,
    youngMemory,
    '--experimental-vm-modules',
    ...jest,
    ...flags,
  ];
  let isOverdue = false;
  const status = await runOnce(command[0], command.slice(1), {
    cwd: root,
    env: {
      ...environment(),
      ...(zone && { TZ: zone }),
      ...(zone && isFirstZone && { ZONE_ASKED_BY: zoneAskedBy }),
    },
    log,
    stdio: ['ignore', 'ignore', 'inherit'], // with --json, Jest reports on its error output
    grace: {
      hasSaid: () => existsSync(result),
      seconds: graceSeconds,
      onOverdue: () => (isOverdue = true),
    },
  });
  const outcome = readJson(result, undefined);
  rmSync(result, { force: true });
  const failed = (outcome?.numFailedTests ?? 0) + (outcome?.numRuntimeErrorTestSuites ?? 0);
  if (isOverdue) say(overdueWord(names, outcome));
  const files = (outcome?.testResults ?? [])
    .map(({ name, startTime, endTime, assertionResults }) => ({
      file: relative(root, name),
      took: Math.round((endTime - startTime) / 1000),
      tests: slowestOf(assertionResults),
    }))
    .sort((a, b) => b.took - a.took);
  // A Jest that ends badly without naming a failed test has failed all the same.
  return {
    passed: outcome?.numPassedTests ?? 0,
    failed: status !== 0 && failed === 0 ? 1 : failed,
    files,
  };
}

/** Written by the run in the first zone, a line by a file. */
const zoneAskedBy = join(localDir, `zone-asked-by-${process.pid}.txt`);

const filesAskingForZone = () =>
  readFileSync(zoneAskedBy, 'utf8')
    .split('\n')
    .filter((path) => path && !alikeEverywhere.test(relative(root, path)));

const slowestOf = (tests) =>
  tests
    .filter(({ duration }) => duration >= slowTestMs)
    .sort((a, b) => b.duration - a.duration)
    .slice(0, slowestTests)
    .map(({ title, duration }) => ({ title, took: Math.round(duration / 1000) }));

/** Jest does not say which file it was; that it ended late is a sign, that it was the only one a proof. */
function overdueWord(names, outcome) {
  const last = [...(outcome?.testResults ?? [])]
    .sort((a, b) => b.endTime - a.endTime)
    .slice(0, 3)
    .map(({ name }) => `\n        ${relative(root, name)}`);
  return `✗ Jest (${names.join(', ')}) did not end within ${graceSeconds} s of its results, and was ended: a test leaves something open. Last were${last.join('')}`;
}

/**
 * So many times each limit of time is waited for: of a test or hook (`test/support/jest/test-environment.cjs`), of what a
 * test waits to see (`patience` of `libs/testing`), of a call between services (`libs/rpc`). A machine that does much
 * else beside fails nothing; what is judged by time is measured against what its rule promises.
 */
const patience = '4';

const environment = () => ({
  RPC_PATIENCE: patience,
  TEST_PATIENCE: patience,
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
