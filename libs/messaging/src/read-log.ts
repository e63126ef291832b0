import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#libs/observability';
import { createKafka, type KafkaAddress } from './kafka-client.js';
import { loggedRecord } from './kafka-record.js';
import { type KeyRing, ProofVerifier } from './proofs/proof-verifier.js';
import type { LoggedRecord } from './received-event.js';

/** Offsets `[from, to)` of a partition. */
export type Stretch = {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
};

/** A broker, and the keys by which the records in its logs are judged. */
export type LogAddress = KafkaAddress & { readonly keyRing: KeyRing };

const patienceMs = 60_000;

/**
 * Reads stretches of logs, at most one of each partition, outside every service's group; partitions in any order, each
 * in its own, each record with the milliseconds since 1970 at which the broker took it. Gives up when nothing has come
 * for a minute.
 */
export async function readLog(
  reader: string,
  address: LogAddress,
  logger: Logger,
  stretches: readonly Stretch[],
  each: (record: LoggedRecord, appendedAtMs: number) => void,
): Promise<void> {
  const wanted = stretches.filter(({ from, to }) => from < to);
  if (wanted.length === 0) return;
  const namespace = address.namespace ?? '';
  const proofs = new ProofVerifier(address.keyRing);
  const kafka = createKafka(reader, address, logger);
  const groupId = `${namespace}${reader}-${randomUUID()}`;
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    readUncommitted: true,
    maxWaitTimeInMs: 100,
  });
  const left = new Map(wanted.map((one) => [placeOf(namespace + one.topic, one.partition), one]));
  let movedAt = performance.now();
  // Whole topics are assigned to this one reader: all but the wanted stretches stays unread.
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    for (const [topic, partitions] of Object.entries(payload.memberAssignment)) {
      const others = partitions.filter((partition) => !left.has(placeOf(topic, partition)));
      if (others.length > 0) consumer.pause([{ topic, partitions: others }]);
    }
    for (const { topic, partition, from } of wanted)
      consumer.seek({ topic: namespace + topic, partition, offset: from.toString() });
  });
  await consumer.connect();
  try {
    const topics = [...new Set(wanted.map(({ topic }) => namespace + topic))];
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        const place = placeOf(batch.topic, batch.partition);
        const stretch = left.get(place);
        if (!stretch) return Promise.resolve();
        movedAt = performance.now();
        for (const message of batch.messages) {
          const offset = BigInt(message.offset);
          if (offset < stretch.from || offset >= stretch.to) continue;
          const record = loggedRecord(stretch.topic, stretch.partition, message, proofs);
          each(record, Number(message.timestamp));
        }
        if (BigInt(batch.lastOffset()) + 1n >= stretch.to) {
          left.delete(place);
          consumer.pause([{ topic: batch.topic, partitions: [batch.partition] }]);
        }
        return Promise.resolve();
      },
    });
    while (left.size > 0) {
      if (performance.now() - movedAt > patienceMs)
        throw new Error(`nothing came for a minute of ${[...left.keys()].slice(0, 5).join(', ')}`);
      await sleep(20);
    }
  } finally {
    await consumer.disconnect();
    await forget(kafka.admin(), groupId, logger);
  }
}

const placeOf = (topic: string, partition: number) => `${topic}/${partition}`;

async function forget(
  admin: ReturnType<ReturnType<typeof createKafka>['admin']>,
  groupId: string,
  logger: Logger,
): Promise<void> {
  await admin.connect();
  try {
    await admin.deleteGroups([groupId]);
  } catch (error) {
    // The broker forgets an empty group by itself after some days.
    logger.debug({ err: error, groupId }, 'group not deleted');
  } finally {
    await admin.disconnect();
  }
}
