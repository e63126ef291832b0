// The second half of `npm start`, on the pinned Node: the stack, the demo, and staying up.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { academyLdapFolder, defineAcademyLdap, noAcademyLdap } from './academy-ldap.mjs';
import { forgetBackingData } from './backing.mjs';
import { inRoot, localDir } from './paths.mjs';
import { Ports } from './ports.mjs';
import { processes } from './processes.mjs';
import { explain, Refusal, say, step } from './progress.mjs';
import { endRunning } from './run-once.mjs';
import { readWanted } from './wanted-services.mjs';
import { whenNpmIsGone } from './npm-gone.mjs';
import { processNames, startStack } from './stack.mjs';

const demo = 'dist/deploy/local/demo/main.js';
const academyDemo = 'dist/deploy/local/demo/academy/main.js';

/**
 * @param {{ exit: boolean, empty: boolean, fresh: boolean, academy: boolean, only?: string }} options
 * @returns {Promise<number>} the exit status
 */
export async function runStack({ exit, empty, fresh, academy, only }) {
  const chosen = only?.split(',') ?? processNames;
  checkBuilt(chosen);
  const stopping = whenToldToStop();
  if (fresh) forgetData();
  const startedAt = Date.now();
  let stack;
  let status = 0;
  try {
    const story = academy ? await academyStory() : demoStory({ golden: exit });
    stack = await startStack({
      ...story.stack,
      dir: localDir,
      processes: chosen,
      say,
      step,
      onSupervisor: stopping.stopThisToo,
    });
    for (const child of story.children) await stack.supervisor.start(child);
    say(`\nReady after ${Math.round((Date.now() - startedAt) / 1000)} s:`);
    say(`  console  ${stack.consoleUrl}`);
    say(`  issuer   ${stack.issuerUrl}`);
    say(`  logs     ${join(localDir, 'logs')}   status: npm run status\n`);
    const { stopped } = readWanted(localDir);
    if (stopped.length > 0) {
      say(
        `Stopped on purpose: ${stopped.join(', ')}. To start them: npm run ent -- services start`,
      );
      status = empty ? 0 : 1;
    } else if (!empty) status = await playStory(stack, story);
    if (!exit && !stopping.told()) {
      say('\nIt stays up. Ctrl-C stops it.');
      await stopping.told.promise;
    }
  } catch (error) {
    if (!stopping.told()) throw error;
  } finally {
    if (stack) await step('Stopping', () => stack.stop());
  }
  return stopping.told() && exit ? 130 : status;
}

/** A run that ends with the demo is a test of the whole; one that stays up may have been worked with since. */
const demoStory = ({ golden }) => ({
  ...{ stack: {}, children: [], entry: demo, args: golden ? ['--golden'] : [], env: {} },
});

/** The people of the story are of its market, and its academy has a directory of its own. */
async function academyStory() {
  mkdirSync(localDir, { recursive: true });
  const ports = new Ports(join(localDir, 'ports.json'));
  const ldap = await defineAcademyLdap({ dir: localDir, ports });
  if (!ldap) say(noAcademyLdap);
  return {
    stack: {
      ports,
      env: {
        issuer: { DEMO_MARKET: 'e-primo-2026' },
        directory: ldap ? { LDAP_SETTINGS_FOLDER: ldap.settings } : {},
      },
    },
    children: ldap ? [ldap.child] : [],
    ...{ entry: academyDemo, args: [], env: ldap ? { ACADEMY_LDAP_PORT: String(ldap.port) } : {} },
  };
}

/** The player is one of us, in the foreground: it prints the summary, and its status is the verdict. */
async function playStory(stack, { entry, args, env }) {
  if (!existsSync(inRoot(entry))) {
    say('The demo is not built: started without it.');
    return 1;
  }
  const status = await stack.run(entry, { args, env });
  if (status !== 0) say(`\nThe demo ended with status ${status}.`);
  return status;
}

function checkBuilt(chosen) {
  const unknown = chosen.filter((name) => !processNames.includes(name));
  if (unknown.length > 0) {
    throw new Refusal(
      `Unknown: ${unknown.join(', ')}. The processes are ${processNames.join(', ')}.`,
    );
  }
  const missing = processes
    .filter(({ name, entry }) => chosen.includes(name) && !existsSync(inRoot(entry)))
    .map(({ entry }) => entry);
  if (missing.length > 0) throw new Refusal(`Not built: ${missing.join(', ')}. See npm run build.`);
}

/** Everything but what can be fetched again: the jars and the logs stay. */
function forgetData() {
  const rest = [
    'stamps',
    'services.json',
    'secrets.json',
    'env.json',
    'run.json',
    academyLdapFolder,
    // Ends of chains that are begun anew: beside other journals they would tell of a forgery.
    'anchors',
    ...processNames,
  ];
  forgetBackingData(localDir);
  for (const name of rest) rmSync(join(localDir, name), { recursive: true, force: true });
  say('Local data forgotten.');
}

/** Ctrl-C once: stop in order. A second time: the children are told again, none is left behind. */
function whenToldToStop() {
  process.emit('ent:takes-over');
  let told = false;
  let supervisor;
  let resolve;
  const promise = new Promise((r) => (resolve = r));
  const onSignal = (signal) => {
    if (told) return;
    told = true;
    say(`\n${signal === 'SIGINT' ? 'Interrupted' : 'Told to stop'}.`);
    endRunning();
    supervisor?.giveUpStarting();
    resolve();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  process.on('uncaughtException', (error) => {
    explain(error);
    process.exitCode = 1;
    onSignal('error');
  });
  whenNpmIsGone(() => onSignal('SIGTERM'));
  const isTold = () => told;
  isTold.promise = promise;
  return { told: isTold, stopThisToo: (it) => (supervisor = it) };
}
