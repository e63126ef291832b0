import { createHash } from 'node:crypto';
import type { FetchedMessage } from './record-batches.js';
import { headerLengthMax, keyLengthMax, type RawRecord } from './received-event.js';

/** A record as kafkajs gives it, its texts read only when asked for. */
export function rawRecord(topic: string, partition: number, message: FetchedMessage): RawRecord {
  const { headers, unreadable } = message;
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: keyOf(message.key),
    value: message.value,
    ...(unreadable && { unreadable }),
    header: (name) => {
      // null: the type of kafkajs does not know it, and the protocol does.
      const value = headers?.[name] as Buffer | string | Buffer[] | null | undefined;
      if (value === undefined || value === null || Array.isArray(value)) return undefined;
      const text = storable(value);
      // One character too many remains, so that it is seen to be too long whenever it is read again.
      return text.length > headerLengthMax
        ? text.slice(0, headerLengthMax + 1).toWellFormed()
        : text;
    },
  };
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
