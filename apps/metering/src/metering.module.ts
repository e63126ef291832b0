import { type DynamicModule, Module } from '@nestjs/common';
import { CommandsModule } from '#libs/commands';
import { IdentityModule } from '#libs/identity';
import { MessagingModule } from '#libs/messaging';
import { ObservabilityModule } from '#libs/observability';
import { PersistenceModule } from '#libs/persistence';
import { consumes } from './consumption.js';
import { keepsIds } from './keeps-ids.js';
import type { MeteringSettings } from './config.js';
import { DaysOfPerson, UsageModule } from './usage/usage.module.js';

@Module({})
export class MeteringModule {
  static with(settings: MeteringSettings): DynamicModule {
    return {
      module: MeteringModule,
      imports: [
        ObservabilityModule.forService('metering', settings.LOG_LEVEL),
        PersistenceModule.forRoot({
          name: 'metering',
          databaseUrl: settings.DATABASE_URL,
          poolMax: settings.DATABASE_POOL_MAX,
          sealEverySeconds: settings.SEAL_EVERY_SECONDS,
          anchorFolder: settings.ANCHOR_FOLDER,
        }),
        IdentityModule.forService({
          service: 'metering',
          issuer: settings.ISSUER_URL,
          clientSecret: settings.CLIENT_SECRET,
        }),
        MessagingModule.forService({
          service: 'metering',
          brokers: settings.KAFKA_BROKERS,
          factKeys: { own: settings.FACT_KEY_FILE, ring: settings.FACT_KEY_RING_FILE },
          databaseUrl: settings.DATABASE_URL,
          calendar: settings.CALENDAR,
          consumes,
          memberships: { table: 'membership_copy', key: 'membership_id' },
          keepsIds,
          personalData: DaysOfPerson,
        }),
        CommandsModule,
        UsageModule.with({ provisioningAddress: settings.PROVISIONING_RPC }),
      ],
    };
  }
}
