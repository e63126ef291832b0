import type { INestApplication } from '@nestjs/common';
import { bootstrapService } from '#libs/service';
import {
  type FreshDatabase,
  freePort,
  type MessagingBed,
  testFactKeySettings,
} from '#libs/testing';
import { settingsSchema } from '../src/config.js';
import { DirectoryModule } from '../src/directory.module.js';
import { nobodyElse } from './nobody-else.test-support.js';

/** The whole service over the wire, at work with nobody else; `address` of its gRPC door. The caller closes it. */
export async function startDirectory(on: {
  readonly fresh: FreshDatabase;
  readonly kafka: MessagingBed;
  readonly issuerUrl: string;
  readonly dropFolder: string;
}): Promise<{ app: INestApplication; address: string }> {
  process.env['KAFKA_NAMESPACE'] = on.kafka.namespace;
  const settings = settingsSchema.parse({
    DATABASE_URL: on.fresh.url,
    ANCHOR_FOLDER: on.fresh.anchorFolder,
    ...testFactKeySettings(),
    CALENDAR: 'player',
    KAFKA_BROKERS: on.kafka.brokers.join(),
    GRPC_PORT: await freePort(),
    HTTP_PORT: await freePort(),
    ISSUER_URL: on.issuerUrl,
    CLIENT_SECRET: 'not-a-secret',
    LOG_LEVEL: 'error',
    DRAIN_SECONDS: 0,
    AAF_DROP_FOLDER: on.dropFolder,
    INE_HASH_KEY: 'key-of-the-tests-only',
    ...nobodyElse,
  });
  const module = DirectoryModule.with(settings);
  const app = await bootstrapService({ name: 'directory', module, settings });
  return { app, address: `127.0.0.1:${settings.GRPC_PORT}` };
}
