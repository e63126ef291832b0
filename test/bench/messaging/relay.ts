import pg from 'pg';
import { OutboxRelay } from '#libs/messaging';
import { createLogger } from '#libs/observability';
import { testSigningKey } from '#libs/testing';
import type { WorkerPlan } from './plan.js';

const logger = createLogger('bench-relay', 'warn');

/** The product's relay in a process of its own, until everything is published. */
export async function runRelay(plan: WorkerPlan, ready: () => Promise<void>): Promise<void> {
  const { brokers, namespace, producerUrl } = plan;
  const relay = new OutboxRelay(
    {
      ...{ service: 'bench', brokers, namespace, databaseUrl: producerUrl },
      signingKey: testSigningKey,
    },
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
