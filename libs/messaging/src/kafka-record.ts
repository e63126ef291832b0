import { createHash } from 'node:crypto';
import type { FetchedMessage } from './record-batches.js';
import { headerLengthMax, keyLengthMax, type RawRecord } from './received-event.js';

/** A record as kafkajs gives it, its texts read only when asked for. */
export function rawRecord(topic: string, partition: number, message: FetchedMessage): RawRecord {
  return new FetchedRecord(topic, partition, message);
}

/** There are thousands at once: each holds what it was read from, and no function of its own. */
class FetchedRecord implements RawRecord {
  readonly offset: bigint;
  readonly key: string | null;
  readonly value: Uint8Array | null;
  readonly unreadable?: NonNullable<FetchedMessage['unreadable']>;
  private readonly headers: FetchedMessage['headers'];

  constructor(
    readonly topic: string,
    readonly partition: number,
    message: FetchedMessage,
  ) {
    this.offset = BigInt(message.offset);
    this.key = keyOf(message.key);
    this.value = message.value;
    this.headers = message.headers;
    if (message.unreadable) this.unreadable = message.unreadable;
  }

  header(name: string): string | undefined {
    // null: the type of kafkajs does not know it, and the protocol does.
    const value = this.headers?.[name] as Buffer | string | Buffer[] | null | undefined;
    if (value === undefined || value === null || Array.isArray(value)) return undefined;
    const text = storable(value);
    // One character too many remains, so that it is seen to be too long whenever it is read again.
    return text.length > headerLengthMax ? text.slice(0, headerLengthMax + 1).toWellFormed() : text;
  }
}

/** A key above the limit is known by its beginning and its digest, which is above the limit as well. */
function keyOf(key: Buffer | string | null): string | null {
  if (key === null) return null;
  const text = storable(key);
  if (text.length <= keyLengthMax) return text;
  const digest = createHash('sha256').update(key).digest('hex');
  return `${text.slice(0, keyLengthMax).toWellFormed()}…${digest}`;
}

/** Foreign bytes as text that PostgreSQL takes. */
export function storable(bytes: Buffer | string): string {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('utf8');
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
