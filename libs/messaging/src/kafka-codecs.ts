import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';

/** Of one batch, whatever it says: a topic takes 4 MiB, and records of 1 MB in it. */
export const unpackedBytesMax = 67_108_864;

export class BatchUnreadable extends Error {
  override readonly name = 'BatchUnreadable';
}

const unzip = promisify(gunzip);
const unzstd = promisify(zstdDecompress);
const limit = { maxOutputLength: unpackedBytesMax };

const codecs: Readonly<Record<number, (packed: Buffer) => Buffer | Promise<Buffer>>> = {
  0: (records) => records,
  1: (packed) => unzip(packed, limit),
  2: readSnappy,
  3: readLz4,
  4: (packed) => unzstd(packed, limit),
};

/**
 * By the number that a batch gives its codec: other writers compress, and a topic's `compression.type` makes the broker
 * do so, where kafkajs reads gzip alone. Throws what cannot be unpacked, or comes to more than the limit.
 */
export async function unpack(codec: number, packed: Buffer): Promise<Buffer> {
  const read = codecs[codec];
  if (!read) throw new BatchUnreadable(`codec ${codec} is not known`);
  return read(packed);
}

const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);

/** Blocks of at most 32 KiB, as the Java client frames them, or one block, as others write it. */
export function readSnappy(batch: Buffer): Buffer {
  if (!batch.subarray(0, 8).equals(xerialMagic)) return readSnappyBlock(batch);
  const blocks: Buffer[] = [];
  let total = 0;
  for (let at = 16; at < batch.length;) {
    const size = batch.readInt32BE(at);
    if (size < 0 || at + 4 + size > batch.length) throw new BatchUnreadable('snappy: cut');
    const block = readSnappyBlock(batch.subarray(at + 4, at + 4 + size));
    total += block.length;
    if (total > unpackedBytesMax) throw new BatchUnreadable('snappy: too large');
    blocks.push(block);
    at += 4 + size;
  }
  return Buffer.concat(blocks);
}

/** https://github.com/google/snappy/blob/main/format_description.txt */
function readSnappyBlock(from: Buffer): Buffer {
  let at = 0;
  let size = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = byteAt(from, at++);
    size += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
    if (shift > 28) throw new BatchUnreadable('snappy: no length');
  }
  const to = new Output(size);
  while (at < from.length) {
    const tag = byteAt(from, at++);
    const kind = tag & 3;
    if (kind === 0) {
      const extra = (tag >> 2) - 59;
      const length = (extra > 0 ? numberAt(from, at, extra) : tag >> 2) + 1;
      if (extra > 0) at += extra;
      to.take(from, at, length);
      at += length;
    } else if (kind === 1) {
      to.repeat(((tag >> 5) << 8) | byteAt(from, at++), ((tag >> 2) & 7) + 4);
    } else {
      const width = kind === 2 ? 2 : 4;
      to.repeat(numberAt(from, at, width), (tag >> 2) + 1);
      at += width;
    }
  }
  return to.written(size);
}

/** https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md, without its checksums: the batch has one of its own. */
export function readLz4(batch: Buffer): Buffer {
  if (batch.length < 7 || batch.readUInt32LE(0) !== 0x184d2204) {
    throw new BatchUnreadable('lz4: no frame');
  }
  const flags = byteAt(batch, 4);
  let at = 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0);
  const to = new Output(undefined);
  for (;;) {
    const word = numberAt(batch, at, 4);
    at += 4;
    if (word === 0) return to.written();
    const size = word % 2 ** 31;
    if (at + size > batch.length) throw new BatchUnreadable('lz4: cut');
    if (word >= 2 ** 31) to.take(batch, at, size);
    else readLz4Block(batch.subarray(at, at + size), to);
    at += size + (flags & 0x10 ? 4 : 0);
  }
}

function readLz4Block(from: Buffer, to: Output): void {
  let at = 0;
  const more = (nibble: number): number => {
    let length = nibble;
    for (let byte = 255; nibble === 15 && byte === 255; length += byte) byte = byteAt(from, at++);
    return length;
  };
  while (at < from.length) {
    const token = byteAt(from, at++);
    const literals = more(token >> 4);
    to.take(from, at, literals);
    at += literals;
    // The last sequence is literals alone.
    if (at >= from.length) return;
    const back = numberAt(from, at, 2);
    at += 2;
    to.repeat(back, more(token & 15) + 4);
  }
}

/** What is unpacked, within the limit; what repeats reaches back into it. */
class Output {
  private bytes: Buffer;
  private length = 0;

  constructor(size: number | undefined) {
    if (size !== undefined && size > unpackedBytesMax) throw new BatchUnreadable('too large');
    this.bytes = Buffer.allocUnsafe(size ?? 65_536);
  }

  take(from: Buffer, at: number, length: number): void {
    if (at + length > from.length) throw new BatchUnreadable('cut');
    this.grow(length);
    from.copy(this.bytes, this.length, at, at + length);
    this.length += length;
  }

  repeat(back: number, length: number): void {
    if (back === 0 || back > this.length) throw new BatchUnreadable('reaches back too far');
    this.grow(length);
    // In pieces as long as the way back, which may overlap what they make.
    for (let left = length; left > 0;) {
      const piece = Math.min(back, left);
      const start = this.length - back;
      this.bytes.copyWithin(this.length, start, start + piece);
      this.length += piece;
      left -= piece;
    }
  }

  written(size = this.length): Buffer {
    if (size !== this.length) throw new BatchUnreadable('not as long as it says');
    return this.bytes.subarray(0, size);
  }

  private grow(by: number): void {
    const needed = this.length + by;
    if (needed > unpackedBytesMax) throw new BatchUnreadable('too large');
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(
      Math.min(unpackedBytesMax, Math.max(needed, this.bytes.length * 2)),
    );
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

function byteAt(from: Buffer, at: number): number {
  const byte = from[at];
  if (byte === undefined) throw new BatchUnreadable('cut');
  return byte;
}

function numberAt(from: Buffer, at: number, width: number): number {
  if (at + width > from.length) throw new BatchUnreadable('cut');
  return from.readUIntLE(at, width);
}
