import { randomUUID } from 'node:crypto';
import type { NewEvent } from '#libs/contracts';
import { currentTraceparent } from '#libs/observability';
import type { Transaction } from '#libs/persistence';
import { keyLengthMax } from './received-event.js';

/** Where events are written in the transaction that made them true; a relay publishes them afterwards, in order. */
export abstract class Outbox {
  /**
   * Order per key is the order of writing: two transactions that emit for one aggregate must be
   * serialised by the lock on that aggregate. Throws BusinessDayNotBegun before the first day, and
   * RangeError for a value above 1 MB, which no topic takes, and a key above 500 characters.
   */
  abstract add(tx: Transaction, ...events: readonly NewEvent[]): Promise<void>;
  /** The same, on its way with what follows (leaveInFlight): the commit throws BusinessDayNotBegun then. */
  abstract send(tx: Transaction, ...events: readonly NewEvent[]): Promise<void>;
}

/** What is written of an event besides its day and instant. */
export type OutboxRow = {
  readonly eventId: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly causation: string | null;
  readonly traceparent: string | null;
};

/** The row of an event. Throws RangeError above 1 MB, and for a key that no consumer takes. */
export function outboxRowOf({ topic, type, key, value, causation }: NewEvent): OutboxRow {
  if (value !== null && value.byteLength > valueBytesMax) {
    throw new RangeError(`${type} of ${value.byteLength} bytes is above ${valueBytesMax}`);
  }
  if (key.length > keyLengthMax) {
    throw new RangeError(`${type} has a key of ${key.length} characters, above ${keyLengthMax}`);
  }
  return {
    eventId: randomUUID(),
    topic,
    type,
    key,
    value,
    causation: causation ?? null,
    traceparent: currentTraceparent() ?? null,
  };
}

export const valueBytesMax = 1_000_000;
