import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, type INestApplication, Module } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import {
  AccountMovedSchema,
  AccountStateChangedSchema,
  event,
  type AccountStateChanged,
} from '#libs/contracts';
import {
  BatchConsumer,
  type BatchContext,
  BusinessDayKeeper,
  createTopics,
  MessagingModule,
  Outbox,
  type ReceivedEvent,
} from '#libs/messaging';
import { createLogger, ObservabilityModule } from '#libs/observability';
import { PersistenceModule } from '#libs/persistence';
import { freshDatabase, required, type FreshDatabase } from '#libs/testing';
import { localDate } from '#libs/time';

const topic = 'provisioning.account.v1';

@Controller()
class EffectsConsumer {
  @EventPattern<string>(AccountStateChangedSchema.typeName)
  async onChanged(
    @Payload() events: ReceivedEvent<AccountStateChanged>[],
    @Ctx() { tx }: BatchContext,
  ) {
    await tx.query(
      'insert into public.effect (event_id, key) select * from unnest($1::uuid[], $2::text[])',
      [events.map((e) => e.id), events.map((e) => e.key)],
    );
  }
}

describe('a service that speaks and listens', () => {
  const namespace = `t${randomUUID().slice(0, 8)}-`;
  let fresh: FreshDatabase;
  let app: INestApplication;

  beforeAll(async () => {
    fresh = await freshDatabase('platform');
    await fresh.asOwner(
      'create table public.effect (n bigint generated always as identity primary key, event_id uuid not null, key text not null); grant select, insert on public.effect to public',
    );
    const brokers = required('KAFKA_BROKERS').split(',');
    await createTopics({ brokers, namespace, replication: 1 }, createLogger('test', 'warn'));
    @Module({
      imports: [
        ObservabilityModule.forService('test', 'warn'),
        PersistenceModule.forRoot({ databaseUrl: fresh.url, poolMax: 8, name: 'test' }),
        MessagingModule.forService({
          service: 'membership',
          brokers,
          databaseUrl: fresh.url,
          namespace,
          consumes: {
            [topic]: { handles: [AccountStateChangedSchema], passesOver: [AccountMovedSchema] },
          },
        }),
      ],
      controllers: [EffectsConsumer],
    })
    class TestModule {}
    const testing = await Test.createTestingModule({ imports: [TestModule] }).compile();
    app = testing.createNestApplication();
    app.connectMicroservice({ strategy: app.get(BatchConsumer) }, { inheritAppConfig: true });
    await app.startAllMicroservices();
    await app.init();
  }, 60_000);

  afterAll(async () => {
    await app?.close();
    await fresh?.drop();
  });

  test('an event written in a transaction has its effect once', async () => {
    const keys = Array.from({ length: 50 }, () => randomUUID());
    await fresh.unitOfWork.run(async (tx) => {
      await app.get(BusinessDayKeeper).advance(tx, localDate('2022-01-03'));
      await app
        .get(Outbox)
        .add(tx, ...keys.map((key) => event(AccountStateChangedSchema, key, {})));
    });
    for (let i = 0; i < 200; i += 1) {
      const { rows } = await fresh.database.query('select count(*)::int as n from effect');
      if (rows[0]?.['n'] === 50) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { rows } = await fresh.database.query(
      'select count(distinct event_id)::int as n, count(*)::int as m from effect',
    );
    expect(rows[0]).toEqual({ n: 50, m: 50 });
  }, 60_000);
});
