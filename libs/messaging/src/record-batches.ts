import type { KafkaMessage } from 'kafkajs';
import { type BatchContext, type BatchRecord, recordsIn } from './batch-record.js';
import { crc32c } from './crc32c.js';
import { unpack, unpackedBytesMax } from './kafka-codecs.js';

/** Of one batch: its records as objects take far more than its bytes. Ours hold 5,000 at most. */
export const batchRecordsMax = 200_000;

/** A batch that cannot be read, in the place of its last record: nothing of it is known but where it stands. */
export type UnreadableBatch = {
  /** The first offset that is not read. */
  readonly from: bigint;
  readonly cause: string;
  /**
   * Its bytes are those that were written, and no relay of ours writes such ones: it has no proof. Else the broker's disk
   * may have damaged an owner's records.
   */
  readonly isForeign: boolean;
};
export type FetchedMessage = Omit<KafkaMessage, 'headers'> & {
  readonly unreadable?: UnreadableBatch;
};

/** What a fetch was asked for, and where the log ends. */
export type Stretch = { readonly from: bigint; readonly highWatermark: bigint };

/** What the batches of one answer may come to, unpacked. The first is read whatever is left. */
export class FetchBudget {
  private bytes = unpackedBytesMax;
  private records = batchRecordsMax;
  private isUntouched = true;

  spend({ bytes, records }: { bytes: number; records: number }): boolean {
    const isEnough = bytes <= this.bytes && records <= this.records;
    if (!isEnough && !this.isUntouched) return false;
    this.isUntouched = false;
    this.bytes -= bytes;
    this.records -= records;
    return true;
  }
}

/**
 * The records of consecutive batches (format 2), as far as the budget goes: what is left comes with the next fetch, as
 * what the broker has cut off does. A batch that cannot be read ends it, as one message that says so.
 */
export async function readBatches(
  set: Buffer,
  stretch: Stretch,
  budget: FetchBudget,
): Promise<FetchedMessage[]> {
  const messages: FetchedMessage[] = [];
  for (let at = 0; set.length - at >= headBytes;) {
    const length = set.readInt32BE(at + lengthAt);
    const end = at + lengthAt + 4 + length;
    // The broker ends an answer where its limit is, in the middle of a batch.
    if (end > set.length) break;
    const batch = set.subarray(at, length < headBytes - lengthAt - 4 ? set.length : end);
    try {
      const records = await readRecordBatch(batch, budget);
      if (records === undefined) break;
      for (const record of records) messages.push(record);
    } catch (error) {
      messages.push(unreadable(batch, stretch, error));
      break;
    }
    at = end;
  }
  return messages;
}

// baseOffset int64, length int32, leaderEpoch int32, magic int8, crc uint32; from there on the checksum covers:
// attributes int16, lastOffsetDelta int32, first and last timestamp int64, producerId int64, producerEpoch int16,
// firstSequence int32, count int32, records
const lengthAt = 8;
const magicAt = 16;
const crcAt = 17;
const attributesAt = 21;
const deltaAt = 23;
const countAt = 57;
const headBytes = 61;

/** The records of one whole batch. Throws what keeps it from being read. Undefined: it is more than the budget has left. */
export async function readRecordBatch(
  batch: Buffer,
  budget: FetchBudget,
): Promise<BatchRecord[] | undefined> {
  const magic = batch.readInt8(magicAt);
  if (magic !== 2) throw new RangeError(`format ${magic}`);
  if (batch.readInt32BE(lengthAt) !== batch.length - lengthAt - 4) throw new RangeError('cut');
  if (crc32c(batch.subarray(attributesAt)) !== batch.readUInt32BE(crcAt))
    throw new RangeError('its checksum is not that of its bytes');
  try {
    const count = batch.readInt32BE(countAt);
    if (count > batchRecordsMax)
      throw new RangeError(`${count} records, more than ${batchRecordsMax}`);
    const attributes = batch.readInt16BE(attributesAt);
    const records = await unpack(attributes & 7, batch.subarray(headBytes));
    if (!budget.spend({ bytes: records.length, records: Math.max(count, 0) })) return undefined;
    return recordsIn(records, count, contextOf(batch, attributes));
  } catch (error) {
    throw new ForeignBatch(String((error as { message?: unknown }).message ?? error));
  }
}

/** The batch is as it was written, and cannot be read all the same. */
class ForeignBatch extends RangeError {
  override readonly name = 'ForeignBatch';
}

/** What a batch says of all its records. */
function contextOf(batch: Buffer, attributes: number): BatchContext {
  return {
    firstOffset: batch.readBigInt64BE(0),
    lastOffsetDelta: batch.readInt32BE(deltaAt),
    firstTimestamp: batch.readBigInt64BE(27),
    maxTimestamp: batch.readBigInt64BE(35),
    isStampedByBroker: (attributes & 0x8) > 0,
    inTransaction: (attributes & 0x10) > 0,
    producerId: batch.readBigInt64BE(43).toString(),
  };
}

/** Stands at the last offset that the batch claims where that can be: the broker looks for it by the same claim. */
function unreadable(batch: Buffer, { from, highWatermark }: Stretch, error: unknown) {
  const base = batch.readBigInt64BE(0);
  const first = base > from ? base : from;
  const last = base + BigInt(batch.readInt32BE(deltaAt));
  const cause = String((error as { message?: unknown }).message ?? error);
  const through = last >= first && last < highWatermark ? last : first;
  return unreadableMessage(first, through, cause, error instanceof ForeignBatch);
}

export function unreadableMessage(
  from: bigint,
  last: bigint,
  cause: string,
  isForeign = false,
): FetchedMessage {
  return {
    ...{ key: null, value: null, headers: {}, timestamp: '0', attributes: 0 },
    offset: last.toString(),
    unreadable: { from, cause, isForeign },
    // kafkajs looks for these, in what a transaction may have taken back.
    ...{ isControlRecord: false, batchContext: { producerId: '-1', inTransaction: false } },
  };
}
