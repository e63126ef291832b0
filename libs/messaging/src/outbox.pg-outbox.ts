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
  const columns =
    'event_id, topic, type, key, value, causation, traceparent, occurred_at, business_date';
  const [first, ...others] = events.map(outboxRowOf);
  if (!first) throw new RangeError('There is an event');
  const { eventId, topic, type, key, value, causation, traceparent } = first;
  // One event, as most calls bring, needs no arrays to be taken apart.
  if (others.length === 0) {
    return {
      name: 'outbox-add-one',
      text: `insert into platform.outbox (${columns})
             values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp(), platform.business_date())`,
      values: [eventId, topic, type, key, value, causation, traceparent],
    };
  }
  const all = [first, ...others];
  const { bytes, starts, lengths } = joined(all.map((row) => row.value));
  // What needs no quoting is written out here: the driver looks at each element of a list for what to escape.
  return {
    name: 'outbox-add',
    text: `insert into platform.outbox (${columns})
           select e.event_id, coalesce(e.topic, ($2::text[])[1]), coalesce(e.type, ($3::text[])[1]), e.key,
                  substring($5::bytea from e.start for e.length), e.causation, $9,
                  clock_timestamp(), (select platform.business_date())
             from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $6::integer[], $7::integer[], $8::text[])
                  as e (event_id, topic, type, key, start, length, causation)`,
    values: [
      plainList(all.map((row) => row.eventId)),
      once(all.map((row) => row.topic)),
      once(all.map((row) => row.type)),
      all.map((row) => row.key),
      ...[bytes, plainList(starts), plainList(lengths)],
      // None of them has one, mostly.
      all.some((row) => row.causation !== null) ? all.map((row) => row.causation) : [],
      traceparent,
    ],
  };
}

/** Of one that all have in common the first is enough: a shorter list is filled up with null. */
const once = (values: readonly string[]): readonly string[] =>
  values.every((value) => value === values[0]) ? values.slice(0, 1) : values;

/** Numbers, and identifiers without a sign that has a meaning in a list. */
const plainList = (values: readonly (string | number | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`;

/** Bodies one after the other: as an array each would be written out, and read, as text of twice its length. */
function joined(values: readonly (Uint8Array | null)[]) {
  let next = 1;
  const starts = values.map((value) => {
    const start = next;
    next += value?.byteLength ?? 0;
    return start;
  });
  return {
    bytes: Buffer.concat(values.filter((value) => value !== null)),
    starts,
    lengths: values.map((value) => value?.byteLength ?? null),
  };
}
