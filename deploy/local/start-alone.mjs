// One backing service under a supervisor of its own, for tests and benches that need no more.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ports } from './ports.mjs';
import { openSecrets } from './secrets.mjs';
import { Supervisor } from './supervisor.mjs';

/**
 * @param {(where: object) => Promise<object>} define
 * @param {{ dir: string, log?: (line: string) => void }} options
 * @returns {Promise<{ address: string, pid: number, supervisor: Supervisor, stop(): Promise<void> }>}
 */
export async function startAlone(define, { dir, log = () => {}, ...options }) {
  mkdirSync(dir, { recursive: true });
  const ports = new Ports(join(dir, 'ports.json'));
  const secret = openSecrets(join(dir, 'secrets.json'));
  const child = await define({ dir, ports, secret, say: log, ...options });
  const supervisor = new Supervisor({ dir, say: log });
  try {
    const pid = await supervisor.start(child);
    return { address: child.address, pid, supervisor, stop: () => supervisor.stopAll() };
  } catch (error) {
    await supervisor.stopAll();
    throw error;
  }
}
