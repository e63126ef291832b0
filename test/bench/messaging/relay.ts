import pg from 'pg';
import { createKafka, OutboxRelay } from '#libs/messaging';
import { createLogger } from '#libs/observability';
import type { WorkerPlan } from './plan.js';

const logger = createLogger('bench-relay', 'warn');

/** The product's relay in a process of its own, until everything is published. */
export async function runRelay(plan: WorkerPlan, ready: () => Promise<void>): Promise<void> {
  if (plan.without.includes('numbering')) return runPlainRelay(plan, ready);
  const { brokers, namespace, producerUrl } = plan;
  const relay = new OutboxRelay(
    { service: 'bench', brokers, namespace, databaseUrl: producerUrl },
    logger,
  );
  relay.start();
  const watch = new pg.Client({ connectionString: producerUrl });
  await watch.connect();
  await ready();
  for (;;) {
    // The writer is another process: without its hint the relay would look four times a second only.
    relay.wake();
    await new Promise((resolve) => setTimeout(resolve, 250));
    const { rows } = await watch.query<{ n: string }>(
      'select coalesce(sum(events), 0)::text as n from platform.produced',
    );
    if (Number(rows[0]?.n) >= plan.size) break;
  }
  await watch.end();
  await relay.stop();
}

/** Reads, sends, deletes: what dies in between is sent twice and cannot be told apart. */
async function runPlainRelay(plan: WorkerPlan, ready: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: plan.producerUrl });
  await client.connect();
  const producer = createKafka('bench-plain-relay', plan, logger).producer({
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  await ready();
  for (let sent = 0; sent < plan.size;) {
    const { rows } = await client.query<Record<string, string> & { value: Buffer }>(
      `select id::text, event_id::text, topic, type, key, value, business_date::text, occurred_at::text, traceparent
       from platform.outbox order by id limit 5000`,
    );
    if (rows.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      continue;
    }
    await producer.send({
      topic: plan.namespace + (rows[0]?.['topic'] ?? ''),
      acks: -1,
      messages: rows.map((row) => ({
        key: row['key'] ?? null,
        value: row.value,
        headers: {
          id: row['event_id'] ?? '',
          type: row['type'] ?? '',
          aggregate: row['key'] ?? '',
          'occurred-at': row['occurred_at'] ?? '',
          'business-date': row['business_date'] ?? '',
          traceparent: row['traceparent'] ?? '',
        },
      })),
    });
    await client.query('delete from platform.outbox where id = any($1::bigint[])', [
      rows.map((row) => row['id']),
    ]);
    sent += rows.length;
  }
  await producer.disconnect();
  await client.end();
}
