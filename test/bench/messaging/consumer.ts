import { fromBinary } from '@bufbuild/protobuf';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  AccountMovedSchema,
  AccountStateChangedSchema,
  type AccountMoved,
  type AccountStateChanged,
} from '#libs/contracts';
import {
  BatchConsumer,
  type BatchContext,
  createKafka,
  MessagingModule,
  type ReceivedEvent,
} from '#libs/messaging';
import { createLogger, ObservabilityModule } from '#libs/observability';
import { Database, PersistenceModule, type Transaction, UnitOfWork } from '#libs/persistence';
import { benchTopic } from './bench-events.js';
import { testFactKeyFiles } from '#libs/testing';
import type { WorkerPlan } from './plan.js';

type Change = Pick<AccountStateChanged | AccountMoved, 'accountId' | 'sequence' | 'uai'>;

async function store(
  tx: Transaction,
  type: string,
  events: readonly { id: string; key: string; body: Change }[],
): Promise<void> {
  await tx.query({
    name: 'effect',
    text: `insert into effect (event_id, key, type, sequence, uai)
      select e.id, e.key, $1, e.sequence, e.uai from unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[]) as e (id, key, sequence, uai)`,
    values: [
      type,
      events.map((event) => event.id),
      events.map((event) => event.key),
      events.map((event) => event.body.sequence),
      events.map((event) => event.body.uai),
    ],
  });
}

@Controller()
class EffectsConsumer {
  @EventPattern<string>(AccountStateChangedSchema.typeName)
  onChanged(
    @Payload() events: ReceivedEvent<AccountStateChanged>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    return store(tx, 'changed', events);
  }

  @EventPattern<string>(AccountMovedSchema.typeName)
  onMoved(
    @Payload() events: ReceivedEvent<AccountMoved>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    return store(tx, 'moved', events);
  }
}

/** A Nest application with the product's consumer, until every event has its effect. */
export async function runConsumer(plan: WorkerPlan, ready: () => Promise<void>): Promise<void> {
  if (plan.without.includes('parking')) return runPlainConsumer(plan, ready);
  const { brokers, namespace, consumerUrl } = plan;
  @Module({
    imports: [
      ObservabilityModule.forService('bench', 'warn'),
      PersistenceModule.forRoot({ databaseUrl: consumerUrl, poolMax: 6, name: 'bench' }),
      MessagingModule.forService({
        service: 'membership',
        brokers,
        namespace,
        databaseUrl: consumerUrl,
        factKeys: testFactKeyFiles(),
        calendar: 'player',
        consumes: { [benchTopic]: { handles: [AccountStateChangedSchema, AccountMovedSchema] } },
      }),
    ],
    controllers: [EffectsConsumer],
  })
  class BenchModule {}
  const app = await NestFactory.create(BenchModule, { logger: ['error', 'warn'] });
  const consumer = app.get(BatchConsumer);
  app.connectMicroservice({ strategy: consumer });
  await app.startAllMicroservices();
  await app.init();
  while (consumer.fault() !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  await ready();
  await untilApplied(app.get(Database), plan.size);
  await app.close();
}

async function untilApplied(database: Database, size: number): Promise<void> {
  for (;;) {
    const { rows } = await database.query<{ n: bigint }>(
      'select coalesce(sum(handled), 0)::bigint as n from platform.consumer_position',
    );
    if ((rows[0]?.n ?? 0n) >= BigInt(size)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** kafkajs, a decoder and one statement per type and batch: no position, no order between types, no parking. */
async function runPlainConsumer(plan: WorkerPlan, ready: () => Promise<void>): Promise<void> {
  const database = new Database({ url: plan.consumerUrl, poolMax: 6 });
  const unitOfWork = new UnitOfWork(database);
  const consumer = createKafka('bench-plain', plan, createLogger('bench', 'warn')).consumer({
    groupId: `${plan.namespace}plain`,
    maxBytesPerPartition: 2_097_152,
    maxWaitTimeInMs: 250,
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [plan.namespace + benchTopic], fromBeginning: true });
  let applied = 0;
  let finished: () => void;
  const done = new Promise<void>((resolve) => (finished = resolve));
  await consumer.run({
    partitionsConsumedConcurrently: 3,
    eachBatch: async ({ batch }) => {
      const changed: { id: string; key: string; body: Change }[] = [];
      const moved: typeof changed = [];
      for (const { key, value, headers } of batch.messages) {
        const isMoved = headers?.['type']?.toString() === AccountMovedSchema.typeName;
        const body = fromBinary(
          isMoved ? AccountMovedSchema : AccountStateChangedSchema,
          value ?? Buffer.alloc(0),
        );
        (isMoved ? moved : changed).push({
          id: headers?.['id']?.toString() ?? '',
          key: key?.toString() ?? '',
          body,
        });
      }
      await unitOfWork.run(async (tx) => {
        await store(tx, 'changed', changed);
        await store(tx, 'moved', moved);
        await tx.query(
          `insert into platform.consumer_position as p (topic, partition, next_offset, handled) values ($1, $2, 0, $3)
           on conflict (topic, partition) do update set handled = p.handled + $3, moved_at = clock_timestamp()`,
          [benchTopic, batch.partition, batch.messages.length],
        );
      });
      applied += batch.messages.length;
      if (applied >= plan.size) finished();
    },
  });
  await ready();
  await done;
  await consumer.disconnect();
  await database.end();
}
