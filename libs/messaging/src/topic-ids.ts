import { createRequire } from 'node:module';
import type { Admin, Kafka } from 'kafkajs';

// kafkajs asks Metadata up to version 6; topics have ids since version 10. Version 12 is spoken here, over the
// connection of its own admin: header 2, compact arrays and strings, tagged fields.
const require = createRequire(import.meta.url);
const Encoder = require('kafkajs/src/protocol/encoder.js') as new () => Encoder;
type Encoder = { writeBuffer(bytes: Buffer): Encoder };

const metadata = { apiKey: 3, apiVersion: 12, apiName: 'Metadata' } as const;

type Broker = {
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null;
  readonly connectionPool: { send<T>(message: Message<T>): Promise<T> };
  disconnect(): Promise<void>;
};
type Message<T> = {
  readonly request: typeof metadata & { encode(): Promise<Encoder> };
  readonly response: { decode(bytes: Buffer): Promise<{ ids: T }>; parse(of: { ids: T }): T };
};
type Cluster = {
  readonly brokerPool: { findConnectedBroker(): Promise<Broker> };
  addMultipleTargetTopics(names: readonly string[]): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(name: string): { readonly partitionId: number }[];
  fetchTopicsOffset(asked: readonly object[]): Promise<
    {
      readonly topic: string;
      readonly partitions: { readonly partition: number; readonly offset: string }[];
    }[]
  >;
};

/** Where the log of a partition begins, and where it goes on. */
export type LogBounds = {
  readonly partition: number;
  readonly low: string;
  readonly high: string;
};

/** Kafka's own spelling of an id, by topic. One that is not there, or that an old broker gives no id, is left out. */
export type TopicIds = ReadonlyMap<string, string>;

/** An admin of kafkajs, with what it does not tell itself. */
export type IdentifyingAdmin = {
  readonly admin: Admin;
  topicIds(names: readonly string[]): Promise<TopicIds>;
  /** Of all topics in two requests: kafkajs has only `fetchTopicOffsets`, two for each topic, but which tries again. */
  logBounds(names: readonly string[]): Promise<ReadonlyMap<string, LogBounds[]>>;
};

export function identifyingAdmin(
  kafka: Kafka,
  options: Parameters<Kafka['admin']>[0],
): IdentifyingAdmin {
  const { admin, cluster } = withItsCluster(kafka, options);
  return {
    admin,
    topicIds: async (names) => {
      const broker = await cluster.brokerPool.findConnectedBroker();
      if ((broker.versions?.[metadata.apiKey]?.maxVersion ?? 0) < metadata.apiVersion)
        return new Map();
      try {
        return await broker.connectionPool.send(askFor(names));
      } catch (error) {
        // As kafkajs does with requests of its own: the next one connects anew.
        if ((error as Error).name === 'KafkaJSConnectionClosedError') await broker.disconnect();
        throw error;
      }
    },
    logBounds: async (names) => {
      await cluster.addMultipleTargetTopics(names);
      await cluster.refreshMetadataIfNecessary();
      const asked = names.map((topic) => ({
        topic,
        partitions: cluster
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ partition: partitionId })),
      }));
      // A topic that is not there, or not yet.
      if (asked.some(({ partitions }) => partitions.length === 0))
        throw new RangeError('the broker knows no partitions of one of these topics');
      const offsets = async (fromBeginning: boolean) =>
        new Map(
          (await cluster.fetchTopicsOffset(asked.map((one) => ({ ...one, fromBeginning })))).map(
            ({ topic, partitions }) => [
              topic,
              new Map(partitions.map(({ partition, offset }) => [partition, offset])),
            ],
          ),
        );
      const high = await offsets(false);
      const low = await offsets(true);
      return new Map(
        names.map((topic) => [
          topic,
          [...(high.get(topic) ?? [])].map(([partition, offset]) => ({
            ...{ partition, high: offset, low: low.get(topic)?.get(partition) ?? offset },
          })),
        ]),
      );
    },
  };
}

/** A log ends where its last record does: a transaction that a stranger leaves open would end it before that. */
const readUncommitted = 0;

/** A client makes the cluster of each admin by a function that it keeps under a symbol of its own. */
function withItsCluster(kafka: Kafka, options: Parameters<Kafka['admin']>[0]) {
  const own = kafka as unknown as Record<symbol, (settings: unknown) => Cluster>;
  const symbol = Object.getOwnPropertySymbols(own).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const create = symbol && own[symbol];
  if (!create) throw new RangeError('not the kafkajs that this was written for');
  let cluster: Cluster | undefined;
  own[symbol] = (settings) =>
    (cluster = create({ ...(settings as object), isolationLevel: readUncommitted }));
  const admin = kafka.admin(options);
  own[symbol] = create;
  if (!cluster) throw new RangeError('not the kafkajs that this was written for');
  return { admin, cluster };
}

function askFor(names: readonly string[]): Message<TopicIds> {
  return {
    request: {
      ...metadata,
      encode: () => Promise.resolve(new Encoder().writeBuffer(encodeTopicsQuery(names))),
    },
    response: {
      decode: (bytes) => Promise.resolve({ ids: readTopicIds(bytes) }),
      parse: ({ ids }) => ids,
    },
  };
}

const noId = Buffer.alloc(16);
const no = Buffer.of(0);
const noTags = Buffer.of(0);

/** What follows the client's name in the request: kafkajs writes header 1, so the tags of header 2 stand first. */
export function encodeTopicsQuery(names: readonly string[]): Buffer {
  const topics = names.map((name) => {
    const bytes = Buffer.from(name);
    return Buffer.concat([noId, unsigned(bytes.length + 1), bytes, noTags]);
  });
  const neitherMakeThemNorSayRights = [no, no];
  return Buffer.concat([
    ...[noTags, unsigned(topics.length + 1), ...topics],
    ...[...neitherMakeThemNorSayRights, noTags],
  ]);
}

/** What follows the correlation id in the answer. Throws RangeError for what is none. */
export function readTopicIds(bytes: Buffer): TopicIds {
  const answer = new CompactReader(bytes);
  answer.tags();
  answer.skip(4); // throttle time
  answer.each(() => {
    answer.skip(4); // node
    answer.text(); // host
    answer.skip(4); // port
    answer.text(); // rack
    answer.tags();
  });
  answer.text(); // cluster
  answer.skip(4); // controller
  const ids = new Map<string, string>();
  answer.each(() => {
    const fault = answer.bytes(2).readInt16BE();
    const name = answer.text();
    const id = answer.bytes(16);
    answer.skip(1); // internal
    answer.each(() => {
      answer.skip(2 + 4 + 4 + 4); // fault, partition, leader, its epoch
      for (let list = 0; list < 3; list += 1) answer.each(() => answer.skip(4)); // replicas, in sync, offline
      answer.tags();
    });
    answer.skip(4); // rights
    answer.tags();
    if (fault === 0 && name !== undefined && !id.equals(noId))
      ids.set(name, id.toString('base64url'));
  });
  return ids;
}

/** Seven bits a byte, the lowest first. */
function unsigned(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}

class CompactReader {
  private at = 0;
  constructor(private readonly all: Buffer) {}

  bytes(count: number): Buffer {
    if (this.at + count > this.all.length) throw new RangeError('the answer is cut off');
    return this.all.subarray(this.at, (this.at += count));
  }

  skip(count: number): void {
    this.bytes(count);
  }

  unsigned(): number {
    for (let value = 0, shift = 0; shift < 32; shift += 7) {
      const byte = this.bytes(1)[0] ?? 0;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError('a number of the answer is too long');
  }

  /** Lengths are one more than they are; nought: null. */
  text(): string | undefined {
    const length = this.unsigned();
    return length === 0 ? undefined : this.bytes(length - 1).toString();
  }

  each(read: () => void): void {
    for (let left = this.unsigned() - 1; left > 0; left -= 1) read();
  }

  tags(): void {
    for (let left = this.unsigned(); left > 0; left -= 1) {
      this.unsigned();
      this.skip(this.unsigned());
    }
  }
}
