import { createRequire } from 'node:module';
import type { Message } from 'kafkajs';
import { crc32c } from './crc32c.js';
import { proofHeader } from './proofs/proof-header.js';

const require = createRequire(import.meta.url);
const Encoder = require('kafkajs/src/protocol/encoder.js') as new (size?: number) => Encoder;

type Encoder = {
  writeString(value: string | null): Encoder;
  writeInt16(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeArray(value: Encoder[]): Encoder;
  writeBuffer(value: Buffer): Encoder;
};

/** What kafkajs knows when it encodes a Produce request of version 3 to 7. */
export type ProduceArguments = {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null;
  readonly producerId?: { toString(): string };
  readonly producerEpoch?: number;
  readonly compression?: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence?: number;
      readonly messages: readonly Message[];
    }[];
  }[];
};

/**
 * The body of a Produce request, each partition's record batch (magic 2) written into one buffer.
 * Undefined for what only kafkajs itself encodes: compression, transactions, timestamps of our own.
 */
export function encodeProduce(args: ProduceArguments): Encoder | undefined {
  const { acks, timeout, compression = 0, transactionalId, topicData } = args;
  const stamped = topicData.some(({ partitions }) =>
    partitions.some(({ messages }) => messages.some(({ timestamp }) => timestamp !== undefined)),
  );
  if (compression !== 0 || transactionalId || stamped) return undefined;
  const topics = topicData.map(({ topic, partitions }) =>
    new Encoder().writeString(topic).writeArray(
      partitions.map(({ partition, firstSequence = 0, messages }) => {
        const batch = encodeBatch(messages, {
          producerId: BigInt(args.producerId?.toString() ?? -1),
          producerEpoch: args.producerEpoch ?? 0,
          firstSequence,
          nowMs: Date.now(),
        });
        if (messages[0]) encodedBatches.set(messages[0], batch);
        return new Encoder(batch.length + 16)
          .writeInt32(partition)
          .writeInt32(batch.length)
          .writeBuffer(batch);
      }),
    ),
  );
  return new Encoder().writeString(null).writeInt16(acks).writeInt32(timeout).writeArray(topics);
}

// Encoding costs as much as sending: who wants the bytes of what went takes these. They go with the messages.
const encodedBatches = new WeakMap<Message, Buffer>();

/** The record batch that these messages went in, if one that began with the first of them was encoded here. */
export function encodedBatchOf([first]: readonly Message[]): Buffer | undefined {
  return first && encodedBatches.get(first);
}

export type BatchHead = {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly nowMs: number;
};

// Bytes before the records: what the checksum does not cover, and what it covers.
const uncovered = 21;
const covered = 40;

/** One record batch of format 2, uncompressed. */
export function encodeBatch(messages: readonly Message[], head: BatchHead): Buffer {
  const sizes = messages.map((message, n) => bodySizeOf(message, n));
  const recordsSize = sizes.reduce((sum, size) => sum + varintSize(size) + size, 0);
  const batch = Buffer.allocUnsafe(uncovered + covered + recordsSize);
  let at = uncovered;
  at = batch.writeInt16BE(0, at);
  at = batch.writeInt32BE(messages.length - 1, at);
  at = batch.writeBigInt64BE(BigInt(head.nowMs), at);
  at = batch.writeBigInt64BE(BigInt(head.nowMs), at);
  at = batch.writeBigInt64BE(head.producerId, at);
  at = batch.writeInt16BE(head.producerEpoch, at);
  at = batch.writeInt32BE(head.firstSequence, at);
  at = batch.writeInt32BE(messages.length, at);
  messages.forEach((message, n) => {
    at = writeVarint(batch, sizes[n] ?? 0, at);
    at = writeBody(batch, message, n, at);
  });
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt32BE(0, 12);
  batch.writeInt8(2, 16);
  batch.writeUInt32BE(crc32c(batch.subarray(uncovered)), 17);
  return batch;
}

type Bytes = Buffer | string | null | undefined;

/** Bytes of records that are the same wherever they stand in a batch: key, value and headers, without the proof. */
export type Contents = {
  /** One after the other, each behind its length: what a proof is made of. */
  readonly bytes: Buffer;
  readonly records: readonly RecordContent[];
};

export type RecordContent = {
  readonly bytes: Buffer;
  /** Of the length. */
  readonly start: number;
  /** Where the headers begin. Their count is no part of the content, since the proof is one of them. */
  readonly headersAt: number;
  readonly end: number;
  readonly headerCount: number;
};

/** Bytes of the length before a content. */
export const lengthBytes = 4;

const contentOf = Symbol('content');
type EncodedMessage = Message & { [contentOf]?: RecordContent };

/** Encodes the contents of messages that have no proof yet, once for their digests and for the batch that they go in. */
export function encodeContents(messages: readonly Message[]): Contents {
  const sizeMax = messages.reduce((sum, message) => sum + contentSizeMax(message), 0);
  if (scratch.length < sizeMax) scratch = Buffer.allocUnsafeSlow(sizeMax);
  const places: { headersAt: number; end: number; headerCount: number }[] = [];
  let at = 0;
  for (const { key, value, headers = {} } of messages) {
    const start = at;
    at = writeBytes(scratch, value, writeBytes(scratch, key, start + lengthBytes));
    const headersAt = at;
    let headerCount = 0;
    for (const name in headers) {
      for (const each of valuesOf(headers[name])) {
        at = writeBytes(scratch, each, writeBytes(scratch, nameBytes(name), at));
        headerCount += 1;
      }
    }
    scratch.writeUInt32BE(at - start - lengthBytes, start);
    places.push({ headersAt, end: at, headerCount });
  }
  // Exactly as long as it is: the garbage collector counts what stands outside its heap, too.
  const bytes = Buffer.allocUnsafeSlow(at);
  scratch.copy(bytes, 0, 0, at);
  const records = messages.map((message: EncodedMessage, n) => {
    const { headersAt, end, headerCount } = places[n]!;
    const start = places[n - 1]?.end ?? 0;
    return (message[contentOf] = { bytes, start, headersAt, end, headerCount });
  });
  return { bytes, records };
}

/** Large enough for the largest run so far, which a topic limits to 4 MiB. */
let scratch = Buffer.alloc(0);

/** Of texts as if each character took three bytes: to count these costs as much as to write them. */
function contentSizeMax({ key, value, headers = {} }: Message): number {
  let size = lengthBytes + sizeMax(key) + sizeMax(value);
  for (const name in headers)
    for (const each of valuesOf(headers[name])) size += 3 * name.length + 5 + sizeMax(each);
  return size;
}

const sizeMax = (value: Bytes): number =>
  5 + (typeof value === 'string' ? 3 * value.length : (value?.length ?? 0));

function contentSizeOf({ key, value, headers = {} }: Message): number {
  let size = bytesSize(key) + bytesSize(value);
  for (const name in headers)
    for (const each of valuesOf(headers[name]))
      size += bytesSize(nameBytes(name)) + bytesSize(each);
  return size;
}

function bodySizeOf(message: EncodedMessage, offsetDelta: number): number {
  const content = message[contentOf];
  const head = 2 + varintSize(offsetDelta);
  if (!content) return head + contentSizeOf(message) + varintSize(headerCountOf(message));
  const proof = message.headers?.[proofHeader] as Bytes;
  const proofSize = proof === undefined ? 0 : bytesSize(nameBytes(proofHeader)) + bytesSize(proof);
  const count = content.headerCount + (proof === undefined ? 0 : 1);
  return head + content.end - content.start - lengthBytes + varintSize(count) + proofSize;
}

function headerCountOf({ headers = {} }: Message): number {
  let count = 0;
  for (const name in headers) count += valuesOf(headers[name]).length;
  return count;
}

function writeBody(to: Buffer, message: EncodedMessage, offsetDelta: number, from: number): number {
  let at = from;
  to[at++] = 0; // attributes
  to[at++] = 0; // timestamp delta
  at = writeVarint(to, offsetDelta, at);
  const content = message[contentOf];
  if (content) return writeContent(to, content, message.headers?.[proofHeader] as Bytes, at);
  const { key, value, headers = {} } = message;
  at = writeBytes(to, value, writeBytes(to, key, at));
  at = writeVarint(to, headerCountOf(message), at);
  for (const name in headers) {
    for (const each of valuesOf(headers[name])) {
      at = writeBytes(to, nameBytes(name), at);
      at = writeBytes(to, each, at);
    }
  }
  return at;
}

/** The proof stands last, where a reader cuts it off. */
function writeContent(
  to: Buffer,
  { bytes, start, headersAt, end, headerCount }: RecordContent,
  proof: Bytes,
  from: number,
): number {
  let at = from + bytes.copy(to, from, start + lengthBytes, headersAt);
  at = writeVarint(to, headerCount + (proof === undefined ? 0 : 1), at);
  at += bytes.copy(to, at, headersAt, end);
  if (proof === undefined) return at;
  return writeBytes(to, proof, writeBytes(to, nameBytes(proofHeader), at));
}

type HeaderValue = NonNullable<Message['headers']>[string];
const single: [Bytes] = [undefined];

/** A header may be given several values; almost always it has one, and no array is made for it. */
function valuesOf(value: HeaderValue): readonly Bytes[] {
  if (Array.isArray(value)) return value;
  single[0] = value;
  return single;
}

const names = new Map<string, Buffer>();

function nameBytes(name: string): Buffer {
  let bytes = names.get(name);
  if (bytes === undefined) {
    bytes = Buffer.from(name);
    // Names are code; a bound keeps a mistake from becoming a leak.
    if (names.size < 100) names.set(name, bytes);
  }
  return bytes;
}

const lengthOf = (value: Buffer | string): number =>
  typeof value === 'string' ? Buffer.byteLength(value) : value.length;

function bytesSize(value: Bytes): number {
  if (value === null || value === undefined) return 1;
  const length = lengthOf(value);
  return varintSize(length) + length;
}

function writeBytes(to: Buffer, value: Bytes, at: number): number {
  if (value === null || value === undefined) {
    to[at] = 1; // -1 in zigzag
    return at + 1;
  }
  if (typeof value !== 'string') {
    const start = writeVarint(to, value.length, at);
    to.set(value, start);
    return start + value.length;
  }
  const end = writeAscii(to, value, at);
  if (end !== undefined) return end;
  const length = Buffer.byteLength(value);
  const start = writeVarint(to, length, at);
  return start + to.write(value, start, length, 'utf8');
}

/** Texts of the envelope are short and plain, and two calls out of JavaScript for each cost more than this loop. */
function writeAscii(to: Buffer, value: string, from: number): number | undefined {
  const { length } = value;
  if (length > asciiMax) return undefined;
  let at = writeVarint(to, length, from);
  for (let n = 0; n < length; n += 1) {
    const code = value.charCodeAt(n);
    if (code > 127) return undefined;
    to[at++] = code;
  }
  return at;
}

const asciiMax = 100;

/** Sizes and counts: never negative, below 2^30. */
export function varintSize(value: number): number {
  return value < 64 ? 1 : value < 8_192 ? 2 : value < 1_048_576 ? 3 : value < 134_217_728 ? 4 : 5;
}

function writeVarint(to: Buffer, value: number, from: number): number {
  let at = from;
  let left = value * 2;
  while (left > 127) {
    to[at++] = (left & 127) | 128;
    left >>>= 7;
  }
  to[at++] = left;
  return at;
}
