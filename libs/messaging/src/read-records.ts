import type { KafkaMessage } from 'kafkajs';
import { headers as names } from '#libs/contracts';

/** What kafkajs keeps of a batch with each of its records. */
export type BatchHead = {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  readonly timestampType: number;
  readonly magicByte: number;
  readonly isControlBatch: boolean;
};

/** The broker's time, and not the writer's. */
const logAppendTime = 1;

/** Without a prototype of its own: `__proto__` and `constructor` are names like others, and V8 makes no table of each. */
class RecordHeaders {
  [name: string]: unknown;
}
Object.setPrototypeOf(RecordHeaders.prototype, null);
Reflect.deleteProperty(RecordHeaders.prototype, 'constructor');

/** By length, as bytes: to compare a few of them is less than to make a text. */
const ownNames = Map.groupBy(
  Object.values(names).map((text, at) => ({ text, at, bytes: Buffer.from(text) })),
  ({ bytes }) => bytes.length,
);
const ownCount = Object.values(names).length;

/**
 * The records of one batch (format 2), unpacked. As kafkajs reads them, but header values are texts, and a number is a
 * number: kafkajs makes several objects for each byte of a time. Throws where they end elsewhere than they say.
 */
export function readRecords(bytes: Buffer, count: number, head: BatchHead): KafkaMessage[] {
  const reader = new RecordReader(bytes);
  const [firstOffset, firstTimestamp] = [BigInt(head.firstOffset), BigInt(head.firstTimestamp)];
  const isLogTime = head.timestampType === logAppendTime;
  // Records of one batch often bear the same time.
  let [lastDelta, lastTime] = [0, isLogTime ? head.maxTimestamp : head.firstTimestamp];
  const messages: KafkaMessage[] = [];
  for (let n = 0; n < count; n += 1) {
    const end = reader.begin();
    const attributes = reader.byte();
    const delta = reader.long();
    if (!isLogTime && delta !== lastDelta) {
      lastDelta = delta;
      lastTime = (firstTimestamp + BigInt(delta)).toString();
    }
    const offset = (firstOffset + BigInt(reader.int())).toString();
    const [key, value, headers] = [reader.bytes(), reader.bytes(), reader.headers()];
    const record = {
      ...{ magicByte: head.magicByte, attributes, timestamp: lastTime, offset, key, value },
      ...{ headers, isControlRecord: head.isControlBatch, batchContext: head },
    };
    messages.push(record as unknown as KafkaMessage);
    reader.end(end);
  }
  reader.expectEnd();
  return messages;
}

class RecordReader {
  private at = 0;
  /** Of the record that is read. */
  private limit = 0;
  /** Of each of our headers, where its last value stands: thousands of records in a row say the same. */
  private readonly lastStart = new Int32Array(ownCount).fill(-1);
  private readonly lastLength = new Int32Array(ownCount);
  private readonly lastText: string[] = Array.from({ length: ownCount }, () => '');

  constructor(private readonly buffer: Buffer) {}

  /** Where the next record ends. */
  begin(): number {
    this.limit = this.buffer.length;
    const length = this.int();
    this.limit = this.stretch(length);
    return this.limit;
  }

  /** What a writer has put behind the headers is passed over, as kafkajs does. */
  end(limit: number): void {
    this.at = limit;
  }

  expectEnd(): void {
    if (this.at !== this.buffer.length) throw new RangeError('its records end elsewhere');
  }

  byte(): number {
    if (this.at >= this.limit) throw new RangeError('its records end elsewhere');
    return this.buffer[this.at++]!;
  }

  int(): number {
    let byte = this.byte();
    let result = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > 28) throw new RangeError('a number of more than 32 bits');
      byte = this.byte();
      result |= (byte & 0x7f) << shift;
    }
    return (result >>> 1) ^ -(result & 1);
  }

  /** As far as a number holds it exactly, and no further than 64 bits. */
  long(): number {
    let result = 0;
    for (let [scale, left] = [1, 10]; left > 0; [scale, left] = [scale * 128, left - 1]) {
      const byte = this.byte();
      result += (byte & 0x7f) * scale;
      if (byte < 0x80) return result % 2 === 0 ? result / 2 : -(result + 1) / 2;
    }
    throw new RangeError('a number of more than 64 bits');
  }

  bytes(): Buffer | null {
    const length = this.int();
    if (length === -1) return null;
    const start = this.at;
    this.at = this.stretch(length);
    return this.buffer.subarray(start, this.at);
  }

  headers(): RecordHeaders {
    const headers = new RecordHeaders();
    for (let left = this.int(); left > 0; left -= 1) {
      const length = this.int();
      const start = this.at;
      this.at = this.stretch(length);
      const own = this.ownName(start, length);
      const name = own?.text ?? this.buffer.toString('utf8', start, this.at);
      const value = this.text(own?.at);
      const before = headers[name];
      if (before === undefined) headers[name] = value;
      else
        headers[name] = Array.isArray(before) ? [...(before as unknown[]), value] : [before, value];
    }
    return headers;
  }

  private text(own: number | undefined): string | null {
    const length = this.int();
    if (length === -1) return null;
    const start = this.at;
    this.at = this.stretch(length);
    if (own === undefined) return this.buffer.toString('utf8', start, this.at);
    const last = this.lastStart[own]!;
    if (last >= 0 && this.lastLength[own] === length && this.isSame(last, start, length))
      return this.lastText[own]!;
    const text = this.buffer.toString('utf8', start, this.at);
    this.lastStart[own] = start;
    this.lastLength[own] = length;
    this.lastText[own] = text;
    return text;
  }

  /** From the end on: what differs from record to record is a number, or begins with a time. */
  private isSame(one: number, other: number, length: number): boolean {
    const { buffer } = this;
    for (let at = length - 1; at >= 0; at -= 1)
      if (buffer[one + at] !== buffer[other + at]) return false;
    return true;
  }

  private ownName(start: number, length: number) {
    for (const own of ownNames.get(length) ?? []) {
      let at = 0;
      while (at < length && this.buffer[start + at] === own.bytes[at]) at += 1;
      if (at === length) return own;
    }
    return undefined;
  }

  private stretch(length: number): number {
    const end = this.at + length;
    if (length < 0 || end > this.limit) throw new RangeError('its records end elsewhere');
    return end;
  }
}
