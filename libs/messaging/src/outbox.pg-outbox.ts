import { randomUUID } from 'node:crypto';
import type { NewEvent } from '#libs/contracts';
import { currentTraceparent } from '#libs/observability';
import type { Transaction } from '#libs/persistence';
import { withoutDay } from './business-date.js';
import { Outbox, valueBytesMax } from './outbox.js';

/** One statement for all events of a call; the day is read in it and stays until the transaction ends. */
export class PgOutbox extends Outbox {
  constructor(private readonly written: () => void = () => undefined) {
    super();
  }

  override async add(tx: Transaction, ...events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    for (const { type, value } of events) {
      if (value !== null && value.byteLength > valueBytesMax) {
        throw new RangeError(`${type} of ${value.byteLength} bytes is above ${valueBytesMax}`);
      }
    }
    await withoutDay(() =>
      tx.query({
        name: 'outbox-add',
        text: `insert into platform.outbox
            (event_id, topic, type, key, value, causation, occurred_at, business_date, traceparent)
          select e.*, clock_timestamp(), (select platform.business_date()), $7
          from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[]) as e`,
        values: [
          events.map(() => randomUUID()),
          events.map((event) => event.topic),
          events.map((event) => event.type),
          events.map((event) => event.key),
          events.map((event) => event.value),
          events.map((event) => event.causation ?? null),
          currentTraceparent() ?? null,
        ],
      }),
    );
    this.written();
  }
}
