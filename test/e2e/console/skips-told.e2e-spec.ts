import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import {
  allTopics,
  BusinessDayStartedSchema,
  event,
  EventSkippedSchema,
  topics,
} from '#libs/contracts';
import { bootstrapService } from '#libs/service';
import {
  type FreshDatabase,
  freePort,
  freshDatabase,
  MessagingBed,
  StandInIssuer,
  testFactKeySettings,
} from '#libs/testing';
import { consoleSettings } from '../../../apps/console/src/config.js';
import { ConsoleModule } from '../../../apps/console/src/console.module.js';

/**
 * Goal: what is passed over in any service reaches the members' pages. Method: the console on real Kafka and PostgreSQL,
 * told by each topic of skips.
 */
jest.setTimeout(90_000);

let issuer: StandInIssuer;
let fresh: FreshDatabase;
let kafka: MessagingBed;
let app: INestApplication;

beforeAll(async () => {
  issuer = await StandInIssuer.start();
  fresh = await freshDatabase('console');
  kafka = await MessagingBed.start(allTopics);
  kafka.relay();
  process.env['KAFKA_NAMESPACE'] = kafka.namespace;
  const settings = consoleSettings.parse({
    DATABASE_URL: fresh.url,
    ANCHOR_FOLDER: fresh.anchorFolder,
    ...testFactKeySettings(),
    CALENDAR: 'player',
    KAFKA_BROKERS: kafka.brokers.join(),
    GRPC_PORT: await freePort(),
    HTTP_PORT: await freePort(),
    PUBLIC_PORT: await freePort(),
    ISSUER_URL: issuer.url,
    CONSOLE_URL: 'http://localhost:4200',
    CLIENT_SECRET: 'not-a-secret',
    MEMBERSHIP_RPC: 'unused:1',
    PROVISIONING_RPC: 'unused:1',
    METERING_RPC: 'unused:1',
    BILLING_RPC: 'unused:1',
    DIRECTORY_RPC: 'unused:1',
    LOG_LEVEL: 'error',
    DRAIN_SECONDS: 0,
  });
  app = await bootstrapService({
    name: 'console',
    module: ConsoleModule.with(settings),
    settings,
  });
}, 90_000);
afterAll(async () => {
  await app?.close();
  await kafka?.stop();
  issuer?.stop();
  await fresh?.drop();
  delete process.env['KAFKA_NAMESPACE'];
}, 90_000);

test('the console keeps what each service passed over', async () => {
  const owners = ['membership', 'provisioning', 'metering', 'billing', 'console'] as const;
  const facts = owners.map((service) => ({
    ...event(EventSkippedSchema, 'm-1', {
      ...{ membershipId: 'm-1', proposalId: 'p-1', service, at: 't/0@1', reason: 'x' },
      decidedOn: '2022-10-03',
    }),
    topic: topics[`${service}Skip`].name,
  }));
  await kafka.emit(
    '2022-10-03',
    event(BusinessDayStartedSchema, 'calendar', { date: '2022-10-03' }),
  );
  await kafka.emit('2022-10-03', ...facts);
  await kafka.until('all five are kept', async () => {
    const { rows } = await fresh.database.query('select from skipped_notice');
    return rows.length === owners.length;
  });
});
