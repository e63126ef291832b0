// PostgreSQL, Redis and Kafka: at the address given, else a private one of this stack.
import { chmodSync, lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { defineKafka } from './kafka.mjs';
import { definePostgres } from './postgres.mjs';
import { defineRedis } from './redis.mjs';

/** The stack's three backing services, and the variable whose address replaces each. */
const parts = {
  postgres: { define: definePostgres, given: 'DATABASE_URL' },
  redis: { define: defineRedis, given: 'REDIS_URL' },
  kafka: { define: defineKafka, given: 'KAFKA_BROKERS' },
};

/**
 * Begins starting what is wanted; each value settles on its own, so that what needs only one of
 * them need not wait for the others.
 * @param {{ dir: string, wanted?: ('postgres' | 'redis' | 'kafka')[], environment?: Record<string, string | undefined> }} options
 * @returns {{ [name: string]: Promise<{ address: string, given: boolean }> }}
 */
export function startBacking({ wanted = Object.keys(parts), environment = process.env, ...stack }) {
  mkdirSync(stack.dir, { recursive: true });
  // As root, PostgreSQL is another user, who must get through to its data (not list what is beside it).
  chmodSync(stack.dir, process.getuid?.() === 0 ? 0o711 : 0o700);
  const begin = async (name) => {
    const { define, given } = parts[name];
    const address = environment[given];
    if (address) return { address, given: true };
    const child = await define(stack);
    await stack.supervisor.start(child);
    return { address: child.address, given: false };
  };
  const started = Object.fromEntries(wanted.map((name) => [name, begin(name)]));
  // Whoever awaits one of them sees its failure; meanwhile it must not count as unhandled.
  for (const promise of Object.values(started)) promise.catch(() => {});
  return started;
}

/** Forgets the data of the backing services below `dir`, also where it lies behind a link. */
export function forgetBackingData(dir) {
  for (const path of Object.keys(parts).map((name) => join(dir, name))) {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink()) rmSync(realpathSync(path), { recursive: true, force: true });
    rmSync(path, { recursive: true, force: true });
  }
}
