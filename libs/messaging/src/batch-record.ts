import { headers as names } from '#libs/contracts';
import { lengthBytes, varintSize } from './encode-produce.js';
import { proofHeader } from './proofs/proof-header.js';

/** What the records of a batch have in common, as far as anybody asks. */
export type BatchContext = {
  readonly firstOffset: bigint;
  /** Of its last record, which compaction may have removed. */
  readonly lastOffsetDelta: number;
  readonly firstTimestamp: bigint;
  readonly maxTimestamp: bigint;
  /** When the broker took the batch is the time of each record. */
  readonly isStampedByBroker: boolean;
  readonly inTransaction: boolean;
  readonly producerId: string;
};

type Batch = {
  readonly bytes: Buffer;
  readonly table: Int32Array;
  readonly context: BatchContext;
  readonly records: BatchRecord[];
};
/** A header as a text; one that is there more than once, as all of them. */
type HeaderText = string | null | (string | null)[];

const envelope: readonly string[] = [...Object.values(names), proofHeader];
const indexOfName = new Map(envelope.map((name, index) => [name, index]));
/** By length, as bytes: to compare a few of them is less than to make a text. */
const namesOfLength: { readonly index: number; readonly bytes: Buffer }[][] = [];
for (const [index, name] of envelope.entries()) {
  const bytes = Buffer.from(name);
  (namesOfLength[bytes.length] ??= []).push({ index, bytes });
}

// A row of the table for each record: where its parts begin in the batch's bytes, and how long they are. Objects for
// all of these would be most of what a consumer's garbage collector has to do.
const deltaAt = 0;
const stampAt = 1;
const keyAt = 2;
const valueAt = 4;
const headersAt = 6;
const contentFrom = 7;
const endAt = 8;
const namesAt = 9;
const ownAt = 10;
const width = ownAt + 2 * envelope.length;
const proofAt = ownAt + 2 * envelope.indexOf(proofHeader);
const proofNameBytes = 1 + proofHeader.length;
/** In the place of where one begins: no header begins there. */
const repeated = -1;
/** Length, attributes, and five numbers of a byte each. */
const recordBytesMin = 7;

/**
 * The records of a batch (https://kafka.apache.org/documentation/#record), unpacked. Throws RangeError where one does
 * not end where it says, or stands outside the offsets of the batch: the broker does not look at those of an uncompressed
 * one, and a position would follow them over the true records behind it.
 */
export function recordsIn(bytes: Buffer, count: number, context: BatchContext): BatchRecord[] {
  if (count * recordBytesMin > bytes.length) throw new RangeError('fewer records than it says');
  const table = new Int32Array(Math.max(count, 0) * width);
  const records: BatchRecord[] = [];
  const batch: Batch = { bytes, table, context, records };
  const from = new Cursor(bytes, 0);
  let before = -1;
  for (let row = 0; row < table.length; row += width) {
    const length = from.number();
    const end = from.at + length;
    from.at += 1;
    table[row + stampAt] = from.at;
    from.passNumber();
    const delta = from.number();
    if (delta <= before || delta > context.lastOffsetDelta)
      throw new RangeError('a record stands outside its batch');
    table[row + deltaAt] = before = delta;
    table[row + contentFrom] = from.at;
    table[row + endAt] = end;
    notePart(from, table, row + keyAt);
    notePart(from, table, row + valueAt);
    table[row + headersAt] = from.at;
    const headers = from.number();
    table[row + namesAt] = from.at;
    for (let left = headers; left > 0; left -= 1) noteHeader(from, table, row);
    if (from.at !== end) throw new RangeError('a record ends elsewhere');
    records.push(new BatchRecord(batch, row));
  }
  if (from.at !== bytes.length) throw new RangeError('its records end elsewhere');
  return records;
}

function notePart(from: Cursor, table: Int32Array, at: number): void {
  const length = from.number();
  table[at] = from.at;
  table[at + 1] = length;
  from.pass(length);
}

function noteHeader(from: Cursor, table: Int32Array, row: number): void {
  const nameBytes = from.number();
  const index = ownName(from.bytes, from.at, nameBytes);
  from.pass(nameBytes);
  if (index === undefined) return from.pass(from.number());
  const at = row + ownAt + 2 * index;
  const isFirst = table[at] === 0;
  notePart(from, table, at);
  if (!isFirst) table[at] = repeated;
}

function ownName(bytes: Buffer, start: number, length: number): number | undefined {
  for (const { index, bytes: name } of namesOfLength[length] ?? []) {
    let at = 0;
    while (at < length && bytes[start + at] === name[at]) at += 1;
    if (at === length) return index;
  }
  return undefined;
}

/** One record of a batch, as kafkajs gives it; each part is made of the batch's bytes when it is asked for. */
export class BatchRecord {
  constructor(
    private readonly batch: Batch,
    private readonly row: number,
  ) {}

  /** Where it stands in its partition. */
  get position(): bigint {
    return this.batch.context.firstOffset + BigInt(this.batch.table[this.row + deltaAt]!);
  }

  get offset(): string {
    return this.position.toString();
  }

  get key(): Buffer | null {
    return this.part(keyAt);
  }

  get value(): Buffer | null {
    return this.part(valueAt);
  }

  /** Milliseconds since 1970. */
  get timestamp(): string {
    const { firstTimestamp, maxTimestamp, isStampedByBroker } = this.batch.context;
    if (isStampedByBroker && maxTimestamp !== 0n) return maxTimestamp.toString();
    return (firstTimestamp + this.from(stampAt).longNumber()).toString();
  }

  get attributes(): number {
    return 0;
  }

  /** Never: kafkajs would pass over it. No relay of ours makes transactions, so such a record is foreign. */
  get isControlRecord(): boolean {
    return false;
  }

  get batchContext(): BatchContext {
    return this.batch.context;
  }

  /** All of them, by name. */
  get headers(): Record<string, HeaderText> {
    // Without a prototype: `__proto__` and `constructor` are names like others.
    const found = Object.create(null) as Record<string, HeaderText>;
    const from = this.from(headersAt);
    for (let left = from.number(); left > 0; left -= 1) {
      const name = from.text() ?? 'null';
      const value = from.text();
      const before = found[name];
      if (before === undefined) found[name] = value;
      else found[name] = Array.isArray(before) ? [...before, value] : [before, value];
    }
    return found;
  }

  /** All records of the batch that it came in, in order. */
  get batchRecords(): readonly BatchRecord[] {
    return this.batch.records;
  }

  /** Its place among these. */
  get indexInBatch(): number {
    return this.row / width;
  }

  /** Null: it has several, or something stands behind it. */
  get proof(): string | null | undefined {
    const { bytes, table } = this.batch;
    const start = table[this.row + proofAt]!;
    if (start === 0) return undefined;
    const end = start + table[this.row + proofAt + 1]!;
    return start > 0 && end === table[this.row + endAt]
      ? bytes.toString('latin1', start, end)
      : null;
  }

  /** Bytes of `writeContent` at most. */
  get contentSize(): number {
    const { table } = this.batch;
    return lengthBytes + table[this.row + endAt]! - table[this.row + contentFrom]!;
  }

  /** Its key, value and headers without count and proof, behind their length (`encodeContents`). Returns the end. */
  writeContent(to: Buffer, from: number): number {
    const { bytes, table } = this.batch;
    const headers = table[this.row + headersAt]!;
    const proof = table[this.row + proofAt]!;
    const end =
      proof > 0 ? proof - this.proofLengthBytes() - proofNameBytes : table[this.row + endAt]!;
    const start = from + lengthBytes;
    let at = start + bytes.copy(to, start, table[this.row + contentFrom], headers);
    const names = table[this.row + namesAt]!;
    at += bytes.copy(to, at, names, Math.max(end, names));
    to.writeUInt32BE(at - start, from);
    return at;
  }

  private proofLengthBytes(): number {
    return varintSize(this.batch.table[this.row + proofAt + 1]!);
  }

  /** A text of the envelope; undefined where it is not there, is null, or is there more than once. */
  header(name: string): string | undefined {
    const at = this.row + ownAt + 2 * indexOfName.get(name)!;
    const { bytes, table } = this.batch;
    const start = table[at]!;
    const length = table[at + 1]!;
    if (start <= 0 || length < 0) return undefined;
    return bytes.toString('utf8', start, start + length);
  }

  private part(at: number): Buffer | null {
    const { bytes, table } = this.batch;
    const start = table[this.row + at]!;
    const length = table[this.row + at + 1]!;
    return length < 0 ? null : bytes.subarray(start, start + length);
  }

  private from(at: number): Cursor {
    return new Cursor(this.batch.bytes, this.batch.table[this.row + at]!);
  }
}

/** Reads what stands there, one after the other. Numbers are zigzag varints. */
class Cursor {
  constructor(
    readonly bytes: Buffer,
    public at: number,
  ) {}

  /** Of 32 bits. */
  number(): number {
    const { bytes } = this;
    let byte = bytes[this.at++]!;
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = bytes[this.at++]!;
      value |= (byte & 0x7f) << shift;
      if (shift > 28) throw new RangeError('a number of more than 32 bits');
    }
    return (value >>> 1) ^ -(value & 1);
  }

  longNumber(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes[this.at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte <= 0x7f) break;
    }
    return (value >> 1n) ^ -(value & 1n);
  }

  passNumber(): void {
    while ((this.bytes[this.at++] ?? 0) > 0x7f);
  }

  /** Null where the length is -1. */
  text(): string | null {
    const length = this.number();
    const start = this.at;
    this.pass(length);
    return length < 0 ? null : this.bytes.toString('utf8', start, this.at);
  }

  pass(length: number): void {
    this.at += Math.max(length, 0);
    if (this.at > this.bytes.length) throw new RangeError('a record is cut');
  }
}
