// What the two commands expect of the machine: looked at first, installed where that is possible.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { hasValidators } from '../../test/support/validators/prepare-validators.mjs';
import { brokerArtefacts } from './kafka.mjs';
import { isResolved } from './maven.mjs';
import { localDir, root } from './paths.mjs';
import { Refusal, say, step } from './progress.mjs';
import { mustRun } from './run-once.mjs';

const oldestNode = 20;
const oldestJava = 17;
const neededBytes = 3e9;

/** OpenLDAP where the machine can have it; nothing is refused without it. */
export async function wishForSlapd() {
  if (hasSlapd() || process.getuid?.() !== 0 || !onPath('apt-get')) return;
  await install([tools.slapd]).catch((error) => say(`  ${error.message.split('\n')[0]}`));
}

/** @param {{ browser?: boolean, kafka?: boolean, slapd?: boolean, promtool?: boolean, validators?: boolean, hledger?: boolean }} needs */
export async function checkMachine({
  browser = false,
  kafka = true,
  slapd = false,
  promtool = false,
  validators = false,
  hledger = false,
} = {}) {
  const node = Number.parseInt(process.versions.node, 10);
  if (node < oldestNode) {
    throw new Refusal(
      `Node ${oldestNode} or later is needed (this is ${process.version}): https://nodejs.org`,
    );
  }
  checkDisk();
  const missing = [];
  if ((kafka || validators) && !hasJava()) missing.push(tools.java);
  const unresolved = (kafka && !isResolved(brokerArtefacts)) || (validators && !hasValidators());
  if (unresolved && !onPath('mvn')) missing.push(tools.maven);
  if (browser && !findChromium()) missing.push(tools.chromium);
  if (!onPath('openssl')) missing.push(tools.openssl);
  if (slapd && !hasSlapd()) missing.push(tools.slapd);
  if (promtool && !onPath('promtool')) missing.push(tools.promtool);
  if (hledger && !onPath('hledger')) missing.push(tools.hledger);
  if (missing.length > 0) await install(missing);
}

const tools = {
  java: {
    name: `Java ${oldestJava} or later`,
    packages: ['default-jre-headless'],
    command: 'java',
  },
  maven: { name: 'Maven', packages: ['maven'], command: 'mvn' },
  chromium: {
    name: 'Chromium (for the browser test)',
    // The same engine without the browser around it, which nobody sees: less than half the work for a page.
    packages: ['chromium-headless-shell'],
    otherwise: ['chromium'],
    command: 'chromium',
  },
  openssl: {
    name: 'OpenSSL (for the certificate of the LDAP port)',
    packages: ['openssl'],
    command: 'openssl',
  },
  hledger: {
    name: 'hledger (books the sales journal once more)',
    packages: ['hledger'],
    command: 'hledger',
  },
  promtool: {
    name: 'promtool (for the tests of the alarms)',
    // Not the package prometheus, which starts a server.
    packages: ['promtool'],
    command: 'promtool',
  },
  slapd: {
    name: 'OpenLDAP (for the tests of the academy’s directory)',
    packages: ['slapd', 'ldap-utils', 'openssl'],
    command: 'slapd',
    // Each test starts a server of its own; the machine gets none.
    answers: 'slapd slapd/no_configuration boolean true',
  },
};

/** Debian keeps the server where only root looks. */
export const slapdPath = () =>
  onPath('slapd') ?? ['/usr/sbin/slapd'].find((file) => existsSync(file));
const hasSlapd = () => slapdPath() && onPath('ldapmodify') && onPath('openssl');

/** @returns {string | undefined} where the browser of the browser test is */
export const findChromium = () =>
  process.env.CHROMIUM_PATH ??
  onPath('chromium-headless-shell') ??
  onPath('chromium') ??
  onPath('chromium-browser') ??
  onPath('google-chrome');

function checkDisk() {
  mkdirSync(localDir, { recursive: true });
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  const needed = existsSync(join(root, 'node_modules')) ? neededBytes / 3 : neededBytes;
  if (free < needed) {
    throw new Refusal(
      `Too little room on the disk of ${root}: ${(free / 1e9).toFixed(1)} GB free, ${(needed / 1e9).toFixed(1)} GB needed.`,
    );
  }
}

function hasJava() {
  if (!onPath('java')) return false;
  try {
    const text = execFileSync('java', ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number.parseInt(/\d+/.exec(text)?.[0] ?? '0', 10) >= oldestJava;
  } catch {
    return false; // Java 8 does not know the option, and macOS has a `java` that only tells where to get one
  }
}

async function install(missing) {
  const names = missing.map(({ name }) => name).join(', ');
  let packages = missing.flatMap((tool) => tool.packages);
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    throw new Refusal(
      `Missing: ${names}. Install and start again; on Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}`,
    );
  }
  const log = join(localDir, 'logs/apt.log');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => mustRun(`apt-get ${args[0]}`, 'apt-get', args, { log, env });
  await step(`Installing ${names} through apt`, async () => {
    await apt('update');
    packages = missing.flatMap(({ packages, otherwise }) =>
      otherwise && !packages.every(isKnown) ? otherwise : packages,
    );
    for (const { answers } of missing.filter((tool) => tool.answers))
      execFileSync('debconf-set-selections', { input: `${answers}\n` });
    await apt('install', '-y', '--no-install-recommends', ...packages);
  });
  say(`  installed: ${packages.join(' ')}`);
}

/** @param {string} name of a package, to this release of Debian */
function isKnown(name) {
  try {
    return execFileSync('apt-cache', ['show', name], { encoding: 'utf8', stdio: 'pipe' }) !== '';
  } catch {
    return false;
  }
}

export function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((dir) => dir !== '');
  return folders.map((dir) => join(dir, name)).find((file) => existsSync(file));
}
