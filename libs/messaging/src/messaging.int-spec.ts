import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, type INestApplication, Module } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import kafkajs from 'kafkajs';
import {
  AccountMovedSchema,
  AccountStateChangedSchema,
  event,
  type AccountStateChanged,
} from '#libs/contracts';
import {
  BatchConsumer,
  type BatchContext,
  BrokerUnavailable,
  BusinessDayKeeper,
  type CalendarMode,
  createTopics,
  MessagingModule,
  Outbox,
  type ReceivedEvent,
  TopicEnds,
} from '#libs/messaging';
import { createLogger, Health, ObservabilityModule } from '#libs/observability';
import { PersistenceModule } from '#libs/persistence';
import {
  freshDatabase,
  patience,
  required,
  testFactKeyFiles,
  type FreshDatabase,
} from '#libs/testing';
import { localDate } from '#libs/time';
import { createKafka } from './kafka-client.js';
import { brokerSilentAfterMs } from './topic-ends.js';
import { FreezingBroker } from '../test/freezing-broker.test-support.js';

const topic = 'provisioning.account.v1';
/** Above the 5 s between two looks at the broker. */
const silentAfterMs = 7_000;

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

type ServiceOptions = {
  brokers: readonly string[];
  namespace: string;
  databaseUrl: string;
  brokerSilentAfterMs?: number;
  calendar?: CalendarMode;
};

async function serviceWith(options: ServiceOptions): Promise<INestApplication> {
  const app = await builtService(options);
  await app.startAllMicroservices();
  await app.init();
  return app;
}

async function builtService(options: ServiceOptions): Promise<INestApplication> {
  @Module({
    imports: [
      ObservabilityModule.forService('test', 'silent'),
      PersistenceModule.forRoot({ databaseUrl: options.databaseUrl, poolMax: 8, name: 'test' }),
      MessagingModule.forService({
        calendar: 'player',
        ...options,
        service: 'membership',
        factKeys: testFactKeyFiles(),
        consumes: {
          [topic]: { handles: [AccountStateChangedSchema], passesOver: [AccountMovedSchema] },
        },
      }),
    ],
    controllers: [EffectsConsumer],
  })
  class TestModule {}
  const testing = await Test.createTestingModule({ imports: [TestModule] }).compile();
  const app = testing.createNestApplication();
  app.connectMicroservice({ strategy: app.get(BatchConsumer) }, { inheritAppConfig: true });
  return app;
}

describe('a service that speaks and listens', () => {
  const namespace = `t${randomUUID().slice(0, 8)}-`;
  let fresh: FreshDatabase;
  let broker: FreezingBroker;
  let app: INestApplication;

  beforeAll(async () => {
    fresh = await freshDatabase('platform');
    await fresh.asOwner(
      'create table public.effect (n bigint generated always as identity primary key, event_id uuid not null, key text not null); grant select, insert on public.effect to public',
    );
    const brokers = required('KAFKA_BROKERS').split(',');
    await createTopics({ brokers, namespace, replication: 1 }, createLogger('test', 'warn'));
    broker = await FreezingBroker.before(brokers[0] ?? '');
    app = await serviceWith({
      ...{ brokers: [broker.address], namespace, databaseUrl: fresh.url },
      ...{ brokerSilentAfterMs: silentAfterMs },
    });
  }, 60_000);

  afterAll(async () => {
    await app?.close();
    broker?.stop();
    await fresh?.drop();
  });

  test('each topic keeps what its contract says, takes 4 MiB at once, and bears the broker’s time', async () => {
    const admin = createKafka(
      'ent-test',
      { brokers: [broker.address] },
      createLogger('test', 'warn'),
    ).admin();
    await admin.connect();
    const settingsOf = async (name: string) => {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: namespace + name }],
      });
      return Object.fromEntries(
        resources[0]?.configEntries.map(({ configName, configValue }) => [
          configName,
          configValue,
        ]) ?? [],
      );
    };
    const all = { 'max.message.bytes': '4194304', 'message.timestamp.type': 'LogAppendTime' };
    expect(await settingsOf('provisioning.account.v1')).toMatchObject({
      ...all,
      ...{ 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' },
    });
    expect(await settingsOf('directory.person.v1')).toMatchObject({
      ...all,
      // SUP-4: what was erased is out of the log within three months.
      ...{ 'cleanup.policy': 'compact', 'max.compaction.lag.ms': String(7 * 86_400_000) },
    });
    await admin.disconnect();
  });

  test('MKT-4: a service with another CALENDAR than its database does not start', async () => {
    const other = await builtService({
      ...{ brokers: [broker.address], namespace, databaseUrl: fresh.url, calendar: 'clock' },
    });
    try {
      await expect(other.init()).rejects.toThrow('CALENDAR=clock, its database player');
    } finally {
      await other.close();
    }
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

  test('FLOWING turns red when a frozen broker has been silent for its limit, with nothing waiting; the limit of production leaves it red within 60 s', async () => {
    const health = app.get(Health);
    while (Object.keys(await health.faults('FLOWING')).length > 0) await sleep(50);
    broker.freeze();
    const frozenAt = performance.now();
    // Judged by the last answer, which came before the frost; a health check takes 2 s at most.
    const within = frozenAt + silentAfterMs + 2_000 * patience;
    while (Object.keys(await health.faults('FLOWING')).length === 0 && performance.now() < within)
      await sleep(50);
    expect(await health.faults('FLOWING')).toEqual({
      'kafka-broker': expect.stringMatching(/^BROKER_SILENT no answer for \d+ s$/),
    });
    expect(brokerSilentAfterMs + 2_000).toBeLessThan(60_000);
  }, 60_000);

  test('a broker that is frozen and holds its connections is left after seconds; what was on its way is kept', async () => {
    await fresh.unitOfWork.run((tx) =>
      app.get(Outbox).add(tx, event(AccountStateChangedSchema, randomUUID(), {})),
    );
    const fetching = app.get(TopicEnds).of(topic);
    fetching.catch(() => undefined);
    // The relay's batch is on its way, as are a fetch and a heartbeat.
    await broker.swallows(700);
    const asked = performance.now();
    await app.close();
    expect(performance.now() - asked).toBeLessThan(8_000 * patience);
    await expect(fetching).rejects.toThrow(BrokerUnavailable);
    const { rows } = await fresh.database.query('select ids from platform.relay_state');
    expect(rows).toEqual([{ ids: expect.stringMatching(/^\{\[\d+,\d+\)\}$/) }]);
  }, 90_000);
});

/** A port that takes connections and says nothing. */
async function frozenBroker() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('while the broker is frozen a service serves and does not flow, what waits is told as its database has it, and it closes within seconds', async () => {
  const broker = await frozenBroker();
  const fresh = await freshDatabase('platform');
  const app = await serviceWith({
    ...{ brokers: [broker.address], namespace: 'frozen-', databaseUrl: fresh.url },
  });
  try {
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const ask = (path: string) =>
      fetch(`${url}/${path}`, { headers: { connection: 'close' } }).then(async (response) => ({
        status: response.status,
        text: await response.text(),
      }));
    const figure = async (name: string) =>
      Number(new RegExp(`^${name} (.+)$`, 'm').exec((await ask('metrics')).text)?.[1]);
    await fresh.unitOfWork.run(async (tx) => {
      await app.get(BusinessDayKeeper).advance(tx, localDate('2022-01-03'));
      await app.get(Outbox).add(tx, event(AccountStateChangedSchema, randomUUID(), {}));
    });
    // Figures are taken every 5 s, those that need the broker when it has not answered.
    const until = async (name: string, value: number) => {
      for (let n = 0; n < 200 && (await figure(name)) !== value; n += 1) await sleep(200);
      expect([name, await figure(name)]).toEqual([name, value]);
    };
    await until('ent_outbox_pending', 1);
    await until('ent_broker_answers', 0);
    expect((await ask('health/ready')).status).toBe(200);
    // Nothing but the relay says so, once an event has waited for over a minute.
    await fresh.asOwner(`update platform.outbox set occurred_at = now() - interval '61 s'`);
    expect((await ask('health/flowing')).text).toMatch(
      /"outbox-relay":"STUCK the oldest event waits 6\d s/,
    );
    expect((await ask('health/flowing')).status).toBe(503);
  } finally {
    // The relay is in the middle of connecting, and tries it for a minute: that is not waited for.
    const asked = performance.now();
    await app.close();
    expect(performance.now() - asked).toBeLessThan(8_000 * patience);
    broker.stop();
    await fresh.drop();
  }
}, 90_000);
