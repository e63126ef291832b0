import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import { allTopics, type Topic } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import { createKafka, type KafkaAddress } from './kafka-client.js';

/** A topic exists with another partition count. Raising it in place breaks the order per key: a new topic is needed. */
export class PartitionCountDiffers extends Error {
  override readonly name = 'PartitionCountDiffers';
}

export type CreateTopicsOptions = KafkaAddress & {
  readonly replication: number;
  readonly topics?: readonly Topic[];
};

const dayMs = 86_400_000;
const servedWithinMs = 30_000;

/** Creates the topics that are missing, brings the settings of the others up to date. Returns the names created. */
export async function createTopics(
  options: CreateTopicsOptions,
  logger: Logger,
): Promise<string[]> {
  const admin = createKafka('ent-create-topics', options, logger).admin();
  await admin.connect();
  try {
    const namespace = options.namespace ?? '';
    const wanted = (options.topics ?? allTopics).map((topic) => ({
      ...topic,
      name: namespace + topic.name,
    }));
    const existing = new Set(await admin.listTopics());
    const missing = wanted.filter((topic) => !existing.has(topic.name));
    const present = wanted.filter((topic) => existing.has(topic.name));
    await refuseOtherPartitions(admin, present);
    await admin.createTopics({
      topics: missing.map((topic) => toTopicConfig(topic, options.replication)),
      // It gives up where a busy broker does not know its new topic yet.
      waitForLeaders: false,
      timeout: 20_000,
    });
    await untilServed(admin, missing);
    await updateSettings(admin, present);
    return missing.map((topic) => topic.name);
  } finally {
    await admin.disconnect();
  }
}

/** Every partition has its leader, and the leader its log: who writes or reads next is not told to come again. */
async function untilServed(admin: Admin, topics: readonly Topic[]): Promise<void> {
  const deadline = performance.now() + servedWithinMs;
  for (const { name, partitions } of topics) {
    for (;;) {
      const fault = await admin.fetchTopicOffsets(name).then(
        (offsets) => (offsets.length === partitions ? undefined : new RangeError('too few')),
        (error: unknown) => error,
      );
      if (fault === undefined) break;
      if (performance.now() > deadline) {
        throw new Error(`${name} was created and is not served after ${servedWithinMs} ms`, {
          cause: fault,
        });
      }
      await sleep(25);
    }
  }
}

async function refuseOtherPartitions(admin: Admin, topics: readonly Topic[]): Promise<void> {
  if (topics.length === 0) return;
  const metadata = await admin.fetchTopicMetadata({ topics: topics.map((topic) => topic.name) });
  for (const { name, partitions } of metadata.topics) {
    const wanted = topics.find((topic) => topic.name === name)?.partitions;
    if (wanted !== undefined && partitions.length !== wanted) {
      throw new PartitionCountDiffers(
        `${name} has ${partitions.length} partitions, the contracts say ${wanted}: a topic keeps its count, make a new version of it`,
      );
    }
  }
}

async function updateSettings(admin: Admin, topics: readonly Topic[]): Promise<void> {
  if (topics.length === 0) return;
  await admin.alterConfigs({
    validateOnly: false,
    resources: topics.map((topic) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: topic.name,
      configEntries: settingsOf(topic),
    })),
  });
}

function toTopicConfig(topic: Topic, replicationFactor: number): ITopicConfig {
  return {
    topic: topic.name,
    numPartitions: topic.partitions,
    replicationFactor,
    configEntries: settingsOf(topic),
  };
}

function settingsOf({ keeps }: Topic): { name: string; value: string }[] {
  const settings: Record<string, string | number> = {
    // A business date of 2022 as timestamp would be deleted by retention, one in the future refused.
    'message.timestamp.type': 'LogAppendTime',
    // The relay sends up to 3 MB at once, and one send to one partition is one record batch.
    'max.message.bytes': 4_194_304,
    ...(keeps === 'FACTS'
      ? { 'cleanup.policy': 'delete', 'retention.ms': -1, 'retention.bytes': -1 }
      : {
          'cleanup.policy': 'compact',
          'max.compaction.lag.ms': 7 * dayMs,
          'delete.retention.ms': 90 * dayMs,
        }),
  };
  return Object.entries(settings).map(([name, value]) => ({ name, value: String(value) }));
}
