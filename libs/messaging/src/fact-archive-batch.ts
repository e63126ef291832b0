import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import type { Message } from 'kafkajs';
import { headers } from '#libs/contracts';
import type { BatchRecord } from './batch-record.js';
import { crc32c } from './crc32c.js';
import { encodeBatch, encodedBatchOf } from './encode-produce.js';
import { tuneKafkajs } from './kafkajs-tuning.js';
import { ContentDigest } from './proofs/record-digest.js';
import { FetchBudget, readRecordBatch } from './record-batches.js';

const zstd = promisify(zstdCompress);

/** A record as it was sent. */
export type ArchivedRecord = {
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
};

/** What the archive holds is not what was put there. */
export class ArchiveDamaged extends Error {
  override readonly name = 'ArchiveDamaged';
}

// Of a record batch: https://kafka.apache.org/documentation/#recordbatch
const lengthAt = 8;
const crcAt = 17;
const attributesAt = 21;
const countAt = 57;
const recordsAt = 61;
const packedByZstd = 4;

/** What is smaller loses more by the packing than it saves. */
const packedFrom = 1_024;
const quickly = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** The record batch of these messages as it was sent, or one alike where the client made its own. */
export function batchOf(messages: readonly Message[]): Buffer {
  const sent = encodedBatchOf(messages);
  if (sent?.readInt32BE(countAt) === messages.length) return sent;
  return encodeBatch(messages, { producerId: -1n, producerEpoch: -1, firstSequence: -1, nowMs: 0 });
}

/** The same batch, its records packed as Kafka packs them. */
export async function packBatch(batch: Buffer): Promise<Buffer> {
  if (batch.length < packedFrom) return batch;
  const packed = await zstd(batch.subarray(recordsAt), quickly);
  const whole = Buffer.concat([batch.subarray(0, recordsAt), packed]);
  whole.writeInt32BE(whole.length - 12, lengthAt);
  whole.writeInt16BE(packedByZstd, attributesAt);
  whole.writeUInt32BE(crc32c(whole.subarray(attributesAt)), crcAt);
  return whole;
}

/** @throws {ArchiveDamaged} */
export async function readBatch(batch: Buffer): Promise<ArchivedRecord[]> {
  const records = await readRecords(batch);
  return records.map(({ key, value, headers }) => ({ key, value, headers }) as ArchivedRecord);
}

/**
 * The digest of the fact with this number, if the archived batch holds it.
 * @throws {ArchiveDamaged}
 */
export async function readDigest(batch: Buffer, seq: bigint): Promise<string | undefined> {
  const records = await readRecords(batch);
  const record = records.find((one) => one.header(headers.seq) === seq.toString());
  return record && new ContentDigest(record).hex;
}

async function readRecords(batch: Buffer): Promise<BatchRecord[]> {
  tuneKafkajs();
  try {
    return (await readRecordBatch(batch, new FetchBudget())) ?? [];
  } catch (cause) {
    throw new ArchiveDamaged('a batch is cut, or its checksum is another', { cause });
  }
}
