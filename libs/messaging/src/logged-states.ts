import { topicNamed } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import type { KafkaAddress } from './kafka-client.js';
import { partitionOf } from './partition-of.js';
import { readLog } from './read-log.js';
import type { TopicEnds } from './topic-ends.js';

/** What the log of a compacted topic still holds of a key. */
export type LoggedStatesOfKey = {
  readonly partition: number;
  /** Records with a value: states that compaction has not taken yet. */
  readonly states: number;
  /** Offset of the oldest of these; undefined: there is none. */
  readonly oldestOffset: bigint | undefined;
};

/** Reads the partitions of some keys from their beginning, outside every consumer group: for proofs, not for pages. */
export class LoggedStates {
  constructor(
    private readonly address: KafkaAddress & { readonly service: string },
    private readonly ends: TopicEnds,
    private readonly logger: Logger,
  ) {}

  /** Throws BrokerUnavailable, and where a stretch cannot be read: the state may stand in there. */
  async of(topic: string, keys: readonly string[]): Promise<Map<string, LoggedStatesOfKey>> {
    const partitions = topicNamed(topic)?.partitions;
    if (partitions === undefined) throw new RangeError(`${topic} is no topic of the contracts`);
    const found = new Map(
      keys.map((key) => [key, { partition: partitionOf(key, partitions), states: 0 } as Counting]),
    );
    const wanted = new Set([...found.values()].map(({ partition }) => partition));
    const stretches = (await this.ends.of(topic)).flatMap(({ partition, low, high }) =>
      wanted.has(partition) ? [{ topic, partition, from: low, to: high }] : [],
    );
    const reader = `ent-${this.address.service}-proof`;
    await readLog(reader, this.address, this.logger, stretches, (record) => {
      if (record.unreadable) throw new Error(`${topic}/${record.partition} cannot be read`);
      const of = record.key === null ? undefined : found.get(record.key);
      if (!of || record.value === null) return;
      of.states += 1;
      of.oldestOffset ??= record.offset;
    });
    return found;
  }
}

type Counting = { partition: number; states: number; oldestOffset: bigint | undefined };
