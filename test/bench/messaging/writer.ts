import { randomUUID } from 'node:crypto';
import { PgOutbox } from '#libs/messaging';
import { inTrace } from '#libs/observability';
import { copyIn, Database, type Transaction, UnitOfWork } from '#libs/persistence';
import type { NewEvent } from '#libs/contracts';
import { benchEvent } from './bench-events.js';
import { transactionSize, type WorkerPlan } from './plan.js';

const connections = 2;

/** Two connections write transactions of 500 events each, as fast as they can. */
export async function runWriter(plan: WorkerPlan, ready: () => Promise<void>): Promise<void> {
  const database = new Database({ url: plan.producerUrl, poolMax: connections });
  const unitOfWork = new UnitOfWork(database);
  const outbox = new PgOutbox();
  const add = plan.without.includes('business-date')
    ? addUndated
    : (tx: Transaction, events: readonly NewEvent[]) => outbox.add(tx, ...events);
  const traced = plan.without.includes('tracing')
    ? <T>(work: () => T) => work()
    : <T>(work: () => T) => inTrace(undefined, work);
  await ready();
  let next = 0;
  const write = async () => {
    while (next < plan.size) {
      const first = next;
      next += transactionSize;
      const events = eventsFrom(first, Math.min(next, plan.size), plan.size);
      await traced(() => unitOfWork.run((tx) => add(tx, events)));
    }
  };
  await Promise.all(Array.from({ length: connections }, write));
  await database.end();
}

function eventsFrom(first: number, end: number, size: number): NewEvent[] {
  return Array.from({ length: end - first }, (_, n) => benchEvent(first + n, size));
}

/** The outbox's own statement, with a constant for the day. */
async function addUndated(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
  await tx.query({
    name: 'undated',
    text: `insert into platform.outbox (event_id, topic, type, key, value, occurred_at, business_date)
      select e.*, clock_timestamp(), '2022-01-03'
      from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[]) as e`,
    values: [
      events.map(() => randomUUID()),
      events.map((event) => event.topic),
      events.map((event) => event.type),
      events.map((event) => event.key),
      events.map((event) => event.value),
    ],
  });
}

/** The same rows by COPY into a table like the outbox, in one transaction. */
export async function runCopy(plan: WorkerPlan, ready: () => Promise<void>): Promise<number> {
  const database = new Database({ url: plan.producerUrl, poolMax: 1 });
  await ready();
  const begun = performance.now();
  await new UnitOfWork(database).run((tx) =>
    copyIn(tx, `public.copied (${columns})`, rows(plan.size)),
  );
  const seconds = (performance.now() - begun) / 1_000;
  await database.end();
  return seconds;
}

const columns =
  'event_id, topic, type, key, value, occurred_at, business_date, causation, traceparent';

function* rows(size: number): Generator<(string | null)[]> {
  const traceparent = `00-${'0af7651916cd43dd8448eb211c80319c'}-b7ad6b7169203331-01`;
  for (let n = 0; n < size; n += 1) {
    const { topic, type, key, value } = benchEvent(n, size);
    yield [
      randomUUID(),
      topic,
      type,
      key,
      value === null ? null : `\\x${Buffer.from(value).toString('hex')}`,
      '2026-11-25T00:00:00Z',
      '2022-01-03',
      null,
      traceparent,
    ];
  }
}
