// npm run bench -- NAME [--size N] [--json] — measures one thing on private backing services.
// Addresses given in the environment are used instead. With --json the last line is one object.
import { existsSync, readdirSync } from 'node:fs';
import { inRoot, pinnedNode, root } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { checkMachine } from './prerequisites.mjs';
import { startPrivateBacking } from './private-backing.mjs';
import { heapOptions, processes } from './processes.mjs';
import { explain, Refusal, say, step } from './progress.mjs';
import { whenNpmIsGone } from './npm-gone.mjs';
import { endRunning, runOnce } from './run-once.mjs';

const folder = inRoot('test/bench');
const suffix = '.bench.ts';
/** What is one service's own work has the heap of that service: its memory is then what it will take. */
const serviceOf = new Map([
  ['bill', 'billing'],
  ['directory-import', 'directory'],
]);

async function main() {
  const [name, ...args] = process.argv.slice(2);
  const known = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(suffix))
        .map((file) => file.slice(0, -suffix.length))
    : [];
  if (!name || name.startsWith('-')) {
    say(`npm run bench -- NAME [--size N] [--json]\nNames: ${known.join(', ') || '(none)'}`);
    return 0;
  }
  if (!known.includes(name)) throw new Refusal(`No bench ${name}. Names: ${known.join(', ')}`);
  await checkMachine();
  await prepare();
  const backing = await step('Starting PostgreSQL, Redis and Kafka for this run', () =>
    startPrivateBacking({ purpose: 'bench', wanted: ['postgres', 'redis', 'kafka'], say }),
  );
  const interrupt = () => endRunning();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  whenNpmIsGone(interrupt);
  try {
    return await runOnce(
      pinnedNode,
      [
        '--enable-source-maps',
        ...heapOf(name),
        inRoot(`dist/test/bench/${name}.bench.js`),
        ...args,
      ],
      {
        cwd: root,
        env: {
          ...process.env,
          ...backing.env,
          NODE_ENV: 'production',
          // So that a bench can state the memory of the servers beside its own.
          BENCH_PIDS: JSON.stringify(backing.pids),
        },
      },
    );
  } finally {
    await backing.stop();
  }
}

function heapOf(name) {
  const service = processes.find((one) => one.name === serviceOf.get(name));
  return service ? heapOptions(service) : [];
}

process.exitCode = await main().catch(explain);
