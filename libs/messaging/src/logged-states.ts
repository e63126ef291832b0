import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { topicNamed } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import { isLater, type Numbered, numbersOf } from './judge-number.js';
import { partitionOf } from './partition-of.js';
import { type LogAddress, readLog } from './read-log.js';
import { type LoggedRecord, readEvent, type ReceivedEvent } from './received-event.js';
import type { TopicEnds } from './topic-ends.js';

/** What the log of a compacted topic still holds of a key. */
export type LoggedStatesOfKey = {
  readonly partition: number;
  /** Records with a value: states that compaction has not taken yet. */
  readonly states: number;
  /** Offset of the oldest of these; undefined: there is none. */
  readonly oldestOffset: bigint | undefined;
};

/**
 * Reads the partitions of some keys from their beginning, outside every consumer group: for proofs, and for copies made anew,
 * not for pages.
 */
export class LoggedStates {
  constructor(
    private readonly address: LogAddress & { readonly service: string },
    private readonly ends: TopicEnds,
    private readonly logger: Logger,
  ) {}

  /** Throws BrokerUnavailable, and where a stretch cannot be read: the state may stand in there. */
  async of(topic: string, keys: readonly string[]): Promise<Map<string, LoggedStatesOfKey>> {
    const partitions = partitionsOf(topic);
    const found = new Map(
      keys.map((key) => [key, { partition: partitionOf(key, partitions), states: 0 } as Counting]),
    );
    await this.read(topic, keys, (record) => {
      const of = found.get(record.key!);
      if (!of || record.value === null) return;
      of.states += 1;
      of.oldestOffset ??= record.offset;
    });
    return found;
  }

  /** The newest state of each key that has one, by its number, of those that the owner wrote. Throws as `of` does, and NotReadable. */
  async newest<Schema extends DescMessage>(
    topic: string,
    schema: Schema,
    keys: readonly string[],
  ): Promise<ReceivedEvent<MessageShape<Schema>>[]> {
    const newest = new Map<string, { record: LoggedRecord; numbers: Numbered }>();
    await this.read(topic, keys, (record) => {
      const numbers = numbersOf(record);
      if (numbers && isLater(numbers, newest.get(record.key!)?.numbers))
        newest.set(record.key!, { record, numbers });
    });
    const plan = {
      handles: new Map([[schema.typeName, schema]]),
      ...{ passesOver: new Set<string>(), tombstones: true, personal: true },
    };
    return [...newest.values()].flatMap(({ record }) =>
      record.value === null ? [] : (readEvent(record, plan) as ReceivedEvent<MessageShape<Schema>>),
    );
  }

  /** Each record of these keys, in the order of its partition. */
  private async read(
    topic: string,
    keys: readonly string[],
    each: (record: LoggedRecord) => void,
  ): Promise<void> {
    const partitions = partitionsOf(topic);
    const wanted = new Set(keys);
    const places = new Set(keys.map((key) => partitionOf(key, partitions)));
    const stretches = (await this.ends.of(topic)).flatMap(({ partition, low, high }) =>
      places.has(partition) ? [{ topic, partition, from: low, to: high }] : [],
    );
    const reader = `ent-${this.address.service}-proof`;
    await readLog(reader, this.address, this.logger, stretches, (record) => {
      if (record.unreadable) throw new Error(`${topic}/${record.partition} cannot be read`);
      if (record.key !== null && wanted.has(record.key)) each(record);
    });
  }
}

type Counting = { partition: number; states: number; oldestOffset: bigint | undefined };

function partitionsOf(topic: string): number {
  const partitions = topicNamed(topic)?.partitions;
  if (partitions === undefined) throw new RangeError(`${topic} is no topic of the contracts`);
  return partitions;
}
