import { randomUUID } from 'node:crypto';
import { createKafka } from '#libs/messaging';
import { createLogger } from '#libs/observability';
import { benchEvent, benchTopic } from './bench-events.js';
import type { WorkerPlan } from './plan.js';

// The same tuned client as the product's: the ratio tells what its guarantees cost, not what the client gained.
const kafkaOf = ({ brokers }: WorkerPlan) =>
  createKafka('bench-bare', { brokers }, createLogger('bench', 'error'));
const batchSize = 5_000;

/** The same records, key, value and headers, with the same acks and the same producer settings as the relay. */
export async function runBareProducer(plan: WorkerPlan, ready: () => Promise<void>): Promise<void> {
  const producer = kafkaOf(plan).producer({
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  await ready();
  for (let first = 0; first < plan.size; first += batchSize) {
    const messages = Array.from({ length: Math.min(batchSize, plan.size - first) }, (_, n) =>
      (plan.withoutHeaders ? oneValue : withHeaders)(first + n, plan.size),
    );
    await producer.send({ topic: plan.namespace + benchTopic, acks: -1, messages });
  }
  await producer.disconnect();
}

function withHeaders(n: number, size: number) {
  const { type, key, value } = benchEvent(n, size);
  return {
    key,
    value: value === null ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    headers: {
      id: randomUUID(),
      type,
      aggregate: key,
      'occurred-at': '2026-11-25T00:00:00.123456Z',
      'business-date': '2022-01-03',
      seq: String(n),
      epoch: '1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
  };
}

function oneValue(n: number, size: number) {
  const { key, value, headers } = withHeaders(n, size);
  const envelope = Buffer.from(Object.entries(headers).flat().join(''));
  return { key, value: Buffer.concat([envelope, value ?? Buffer.alloc(0)]) };
}

/** Counts what arrives. Gives the seconds from the start to the last record. */
export async function runBareConsumer(
  plan: WorkerPlan,
  ready: () => Promise<void>,
): Promise<number> {
  const consumer = kafkaOf(plan).consumer({
    groupId: `${plan.namespace}bare`,
    maxBytesPerPartition: 2_097_152,
    maxWaitTimeInMs: 250,
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [plan.namespace + benchTopic], fromBeginning: true });
  let received = 0;
  let finished: () => void;
  const done = new Promise<void>((resolve) => (finished = resolve));
  const joined = new Promise<void>((resolve) =>
    consumer.on(consumer.events.GROUP_JOIN, () => resolve()),
  );
  await consumer.run({
    partitionsConsumedConcurrently: 3,
    eachBatch: ({ batch }) => {
      received += batch.messages.length;
      if (received >= plan.size) finished();
      return Promise.resolve();
    },
  });
  await joined;
  await ready();
  const begun = performance.now();
  await done;
  const seconds = (performance.now() - begun) / 1_000;
  await consumer.disconnect();
  return seconds;
}
