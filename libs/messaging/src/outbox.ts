import type { NewEvent } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';

/** Where events are written in the transaction that made them true; a relay publishes them afterwards, in order. */
export abstract class Outbox {
  /**
   * Order per key is the order of writing: two transactions that emit for one aggregate must be
   * serialised by the lock on that aggregate. Throws BusinessDayNotBegun before the first day, and
   * RangeError for a value above 1 MB, which no topic takes.
   */
  abstract add(tx: Transaction, ...events: readonly NewEvent[]): Promise<void>;
}

export const valueBytesMax = 1_000_000;
