import { createRequire } from 'node:module';
import { FetchBudget, readBatches, unreadableMessage } from './record-batches.js';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => Decoder;
type Decoder = {
  readInt16(): number;
  readInt32(): number;
  readInt64(): { toString(): string };
  readString(): string;
  readBytes(length: number): Buffer;
  readArray<T>(read: (decoder: Decoder) => T): T[];
};

/** What kafkajs knows when it fetches. */
export type FetchArguments = {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly fetchOffset: { toString(): string };
    }[];
  }[];
};

/** CORRUPT_MESSAGE: the broker itself cannot read its log there. */
const corrupt = 2;

/**
 * The answer to a Fetch request of version 11, which every broker of today speaks. As kafkajs reads it, but what cannot be
 * read is one message of its own partition, where kafkajs throws, and gives up all partitions; and what is unpacked at once
 * has a limit. kafkajs asks for partitions in another order each time, so one that spends the limit holds none back for long.
 */
export async function decodeFetch(raw: Buffer, asked: FetchArguments) {
  const decoder = new Decoder(raw);
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const sessionId = decoder.readInt32();
  const answers = decoder.readArray((of) => ({
    topicName: of.readString(),
    partitions: of.readArray(readPartition),
  }));
  const budget = new FetchBudget();
  const responses = [];
  for (const { topicName, partitions } of answers) {
    const read = [];
    for (const { set, ...head } of partitions) {
      const from = fetchOffset(asked, topicName, head.partition);
      const stretch = { from, highWatermark: BigInt(head.highWatermark) };
      const isCorrupt = head.errorCode === corrupt;
      const messages = isCorrupt
        ? [unreadableMessage(from, from, 'the broker cannot read its own log there')]
        : await readBatches(set, stretch, budget);
      read.push({ ...head, errorCode: isCorrupt ? 0 : head.errorCode, messages });
    }
    responses.push({ topicName, partitions: read });
  }
  // The broker has throttled already, where it says so.
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

function readPartition(of: Decoder) {
  return {
    partition: of.readInt32(),
    errorCode: of.readInt16(),
    highWatermark: of.readInt64().toString(),
    lastStableOffset: of.readInt64().toString(),
    lastStartOffset: of.readInt64().toString(),
    abortedTransactions: of.readArray((one) => ({
      producerId: one.readInt64().toString(),
      firstOffset: one.readInt64().toString(),
    })),
    preferredReadReplica: of.readInt32(),
    set: of.readBytes(Math.max(of.readInt32(), 0)),
  };
}

/** A topic may be asked for in several parts. */
function fetchOffset({ topics }: FetchArguments, topic: string, partition: number): bigint {
  const asked = topics
    .filter((one) => one.topic === topic)
    .flatMap(({ partitions }) => partitions)
    .find((one) => one.partition === partition);
  return BigInt(asked?.fetchOffset.toString() ?? 0);
}
