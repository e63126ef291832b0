// Creates the topics of the one list in libs/contracts; skipped when the list and the broker are the same.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { unlessDone } from './checksums.mjs';
import { inRoot, pinnedNode, root } from './paths.mjs';
import { inherited } from './processes.mjs';
import { mustRun } from './run-once.mjs';

const list = 'dist/libs/contracts/src/topics.js';
const entry = 'dist/libs/messaging/src/create-topics-main.js';

/** @param {{ dir: string, kafka: { address: string, given: boolean } }} options */
export async function prepareTopics({ dir, kafka }) {
  const create = () =>
    mustRun('Creating the topics', pinnedNode, [inRoot(entry)], {
      cwd: root,
      env: { ...inherited(), KAFKA_BROKERS: kafka.address, KAFKAJS_NO_PARTITIONER_WARNING: '1' },
      log: join(dir, 'logs/create-topics.log'),
    });
  if (kafka.given) return create();
  // Kafka names its data folder; a new one has no topics, whatever the stamp says.
  const identity = join(dir, 'kafka/data/meta.properties');
  const checksum = createHash('sha256');
  for (const file of [inRoot(list), identity])
    if (existsSync(file)) checksum.update(readFileSync(file));
  await unlessDone(join(dir, 'stamps/topics'), checksum.digest('hex'), create);
}
