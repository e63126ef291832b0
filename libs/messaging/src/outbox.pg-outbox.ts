import type { QueryConfig } from 'pg';
import type { NewEvent } from '#libs/contracts';
import { leaveInFlight, type Transaction } from '#libs/persistence';
import { dayNotBegunOf, withoutDay } from './business-date.js';
import { Outbox, outboxRowOf } from './outbox.js';

/** One statement for all events of a call; the day is read in it and stays until the transaction ends. */
export class PgOutbox extends Outbox {
  constructor(private readonly written: () => void = () => undefined) {
    super();
  }

  override async add(tx: Transaction, ...events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    await withoutDay(() => tx.query(statementOf(events)));
    this.written();
  }

  override async send(tx: Transaction, ...events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    await leaveInFlight(tx, statementOf(events), dayNotBegunOf);
    this.written();
  }
}

function statementOf(events: readonly NewEvent[]): QueryConfig {
  const written = events.map(outboxRowOf);
  return {
    name: 'outbox-add',
    text: `insert into platform.outbox
            (event_id, topic, type, key, value, causation, occurred_at, business_date, traceparent)
          select e.*, clock_timestamp(), (select platform.business_date()), $7
          from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[]) as e`,
    values: [
      written.map((row) => row.eventId),
      events.map((event) => event.topic),
      events.map((event) => event.type),
      events.map((event) => event.key),
      events.map((event) => event.value),
      written.map((row) => row.causation),
      written[0]?.traceparent ?? null,
    ],
  };
}
