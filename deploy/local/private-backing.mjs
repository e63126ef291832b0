// Backing services private to one run of tests or benches, in a folder that is removed afterwards.
import { existsSync, mkdtempSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { forgetBackingData, startBacking } from './backing.mjs';
import { localDir } from './paths.mjs';
import { Ports, readJson } from './ports.mjs';
import { isAlive } from './process-identity.mjs';
import { openSecrets } from './secrets.mjs';
import { endLeftovers, Supervisor } from './supervisor.mjs';

/**
 * @param {{ purpose: string, wanted: ('postgres' | 'redis' | 'kafka')[], throwAway?: boolean, inMemory?: boolean,
 *   say?: (line: string) => void }} options
 * @returns {Promise<{ dir: string, env: Record<string, string>, pids: Record<string, number>, stop(): Promise<void> }>}
 *   `env`: DATABASE_URL, REDIS_URL and KAFKA_BROKERS
 */
export async function startPrivateBacking({ purpose, wanted, say = () => {}, ...how }) {
  mkdirSync(localDir, { recursive: true });
  await sweep(purpose, say);
  const dir = mkdtempSync(join(localDir, `${purpose}-`));
  const supervisor = new Supervisor({ dir, say });
  const stop = async () => {
    await supervisor.stopAll();
    forgetBackingData(dir);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const started = startBacking({
      dir,
      wanted,
      supervisor,
      say,
      ...how,
      ports: new Ports(join(dir, 'ports.json')),
      secret: openSecrets(join(dir, 'secrets.json')),
    });
    const addressOf = async (name) => (await started[name])?.address;
    const [postgres, redis, kafka] = [
      await addressOf('postgres'),
      await addressOf('redis'),
      await addressOf('kafka'),
    ];
    const env = {
      ...(postgres && { DATABASE_URL: postgres }),
      ...(redis && { REDIS_URL: redis }),
      ...(kafka && { KAFKA_BROKERS: kafka, KAFKAJS_NO_PARTITIONER_WARNING: '1' }),
    };
    const pids = Object.fromEntries(
      supervisor.names().map((name) => [name, supervisor.pidOf(name)]),
    );
    return { dir, env, pids, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends and removes what a run left that was killed; runs at work now are left alone. */
async function sweep(purpose, say) {
  const folders = readdirSync(localDir)
    .filter((name) => name.startsWith(`${purpose}-`))
    .map((name) => join(localDir, name))
    .filter((dir) => existsSync(join(dir, 'run.json')));
  for (const dir of folders) {
    if (isAlive(readJson(join(dir, 'run.json'), {}).supervisor)) continue;
    await endLeftovers(dir, say);
    forgetBackingData(dir);
    rmSync(dir, { recursive: true, force: true });
  }
}
