// Creates the topics of the one list in libs/contracts; skipped when the list and the broker are the same.
import { existsSync, readFileSync, statSync } from 'node:fs';
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
  // A new data folder has no topics, whatever the stamp says. Kafka's own name for it does not tell: throw-away brokers
  // begin with copies of one folder.
  const { ino, birthtimeMs } = statSync(join(dir, 'kafka/data'));
  const checksum = createHash('sha256').update(`${ino} ${birthtimeMs}`);
  if (existsSync(inRoot(list))) checksum.update(readFileSync(inRoot(list)));
  await unlessDone(join(dir, 'stamps/topics'), checksum.digest('hex'), create);
}
