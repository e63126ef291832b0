// npm start — from a bare clone to a running product, and the demo played on it.
//   npm start              start, play the demo, stay up
//   npm start -- --exit    the same, then stop; status 0 only if all checks of the demo hold
//   npm start -- --empty   start without the demo
//   npm start -- --academy    another story: a whole academy, from its first export to the proof of an erasure
//   npm start -- --fresh   forget all local data first
//   npm start -- --only membership,directory    only these processes
// Plain Node without dependencies: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inRoot, localDir, pinnedNode } from './paths.mjs';
import { readJson } from './ports.mjs';
import { prepare } from './prepare.mjs';
import { checkMachine, wishForSlapd } from './prerequisites.mjs';
import { isAlive } from './process-identity.mjs';
import { explain, Refusal, say } from './progress.mjs';
import { endRunning } from './run-once.mjs';

const options = {
  exit: { type: 'boolean', default: false },
  empty: { type: 'boolean', default: false },
  academy: { type: 'boolean', default: false },
  fresh: { type: 'boolean', default: false },
  only: { type: 'string' },
};

async function main() {
  const { values } = parse();
  const holder = readJson(`${localDir}/lock`, undefined);
  if (isAlive(holder)) return sayItRuns(holder);
  await checkMachine();
  if (values.academy) await wishForSlapd();
  await prepare();
  if (process.version !== pinnedVersion()) return continueOnPinnedNode();
  const { runStack } = await import('./run-stack.mjs');
  return runStack(values);
}

function parse() {
  try {
    return parseArgs({ options });
  } catch (error) {
    throw new Refusal(
      `${error.message}\nKnown: npm start -- [--exit] [--empty] [--academy] [--fresh] [--only NAMES]`,
    );
  }
}

/** One that runs is left alone. */
function sayItRuns(holder) {
  const { supervisor, addresses = {} } = readJson(`${localDir}/run.json`, {});
  say(`It runs already (supervisor ${holder.pid}, since ${supervisor?.since ?? 'just now'}):`);
  for (const [name, url] of Object.entries(addresses)) say(`  ${name.padEnd(8)} ${url}`);
  say(`More: npm run status. To stop it: Ctrl-C where it was started, or kill ${holder.pid}`);
  return 0;
}

const pinnedVersion = () =>
  `v${JSON.parse(readFileSync(inRoot('node_modules/node/package.json'), 'utf8')).version}`;

/** The first start runs on the machine's Node, which fetched the pinned one: the rest is for that one. */
function continueOnPinnedNode() {
  const self = fileURLToPath(import.meta.url);
  const path = `${inRoot('node_modules/.bin')}:${process.env.PATH}`;
  const child = spawn(pinnedNode, [self, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  // Ctrl-C reaches the child by itself; a signal sent to this process alone is passed on.
  stopInterruptingHere();
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

const onInterrupt = () => {
  endRunning();
  process.exit(130);
};
const stopInterruptingHere = () => {
  process.removeListener('SIGINT', onInterrupt);
  process.removeListener('SIGTERM', onInterrupt);
  process.on('SIGINT', () => {});
};
process.on('SIGINT', onInterrupt);
process.on('SIGTERM', onInterrupt);
process.on('ent:takes-over', () => {
  process.removeListener('SIGINT', onInterrupt);
  process.removeListener('SIGTERM', onInterrupt);
});

process.exitCode = await main().catch(explain);
