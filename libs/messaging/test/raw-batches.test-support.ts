import type { Message } from 'kafkajs';
import type { MessagingBed } from '#libs/testing';
import { crc32c } from '../src/crc32c.js';
import { encodeBatch } from '../src/encode-produce.js';
import { ask } from './log-files.test-support.js';

/** As a stranger's producer states itself: none. */
const noProducer = { producerId: -1n, producerEpoch: -1, firstSequence: -1, nowMs: 0 };
const crcAt = 17;
const crcFrom = 21;

/** One uncompressed record batch, its bytes changed afterwards, its checksum correct. */
export function rawBatch(
  messages: readonly Message[],
  change: (batch: Buffer) => void = () => undefined,
  head: Partial<typeof noProducer> = {},
): Buffer {
  const batch = encodeBatch(messages, { ...noProducer, ...head });
  change(batch);
  batch.writeUInt32BE(crc32c(batch.subarray(crcFrom)), crcAt);
  return batch;
}

/** Appends the batch as it is (Produce 3, which kafkajs encodes from messages alone). Returns the broker's error code. */
export async function produceRaw(
  bed: MessagingBed,
  topic: string,
  partition: number,
  batch: Buffer,
): Promise<number> {
  const name = Buffer.from(bed.namespace + topic);
  const body = Buffer.alloc(38 + name.length);
  // key, version and number of the request, no client id; no transaction, acks, timeout, one topic, one partition
  let at = body.writeInt16BE(0, 0);
  at = body.writeInt16BE(3, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt16BE(-1, at);
  at = body.writeInt16BE(-1, at);
  at = body.writeInt16BE(-1, at);
  at = body.writeInt32BE(10_000, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt16BE(name.length, at);
  at += name.copy(body, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt32BE(partition, at);
  at = body.writeInt32BE(batch.length, at);
  const answer = await ask(bed.brokers[0] ?? '', Buffer.concat([body.subarray(0, at), batch]));
  // number of the request, one topic with its name, one partition
  return answer.readInt16BE(4 + 4 + 2 + name.length + 4 + 4);
}
