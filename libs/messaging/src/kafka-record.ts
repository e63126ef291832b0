import type { KafkaMessage } from 'kafkajs';
import type { RawRecord } from './received-event.js';

/** A record as kafkajs gives it, its texts read only when asked for. */
export function rawRecord(topic: string, partition: number, message: KafkaMessage): RawRecord {
  const { headers } = message;
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key === null ? null : storable(message.key),
    value: message.value,
    header: (name) => {
      const value = headers?.[name];
      return value === undefined || Array.isArray(value) ? undefined : storable(value);
    },
  };
}

/** Foreign bytes as text that PostgreSQL takes. */
function storable(bytes: Buffer | string): string {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('utf8');
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
