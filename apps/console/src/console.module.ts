import { type DynamicModule, Module } from '@nestjs/common';
import { IdentityModule } from '#libs/identity';
import { MessagingModule } from '#libs/messaging';
import { ObservabilityModule } from '#libs/observability';
import { PersistenceModule } from '#libs/persistence';
import { AuditModule } from './audit/audit.module.js';
import { AdhesionModule } from './adhesion/adhesion.module.js';
import { ClientsModule } from './clients/clients.module.js';
import type { ConsoleSettings } from './config.js';
import { GatewayModule } from './gateway/gateway.module.js';
import { GovernanceModule } from './governance/governance.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { JournalModule } from './journal/journal.module.js';
import { LooksAtPerson, LooksModule } from './looks/looks.module.js';
import { MembersModule } from './members/members.module.js';
import { doorSettings, PublicDoor } from './public-door.js';
import { consumption, keepsIds, ReadModelModule, states } from './read-model/read-model.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { SupportModule } from './support/support.module.js';

@Module({})
export class ConsoleModule {
  static with(settings: ConsoleSettings): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [
        ObservabilityModule.forService('console', settings.LOG_LEVEL),
        PersistenceModule.forRoot({
          name: 'console',
          databaseUrl: settings.DATABASE_URL,
          poolMax: settings.DATABASE_POOL_MAX,
          sealEverySeconds: settings.SEAL_EVERY_SECONDS,
          anchorFolder: settings.ANCHOR_FOLDER,
        }),
        IdentityModule.forService({
          service: 'console',
          issuer: settings.ISSUER_URL,
          clientSecret: settings.CLIENT_SECRET,
        }),
        MessagingModule.forService({
          service: 'console',
          brokers: settings.KAFKA_BROKERS,
          factKeys: { own: settings.FACT_KEY_FILE, ring: settings.FACT_KEY_RING_FILE },
          databaseUrl: settings.DATABASE_URL,
          calendar: settings.CALENDAR,
          consumes: consumption,
          memberships: { table: 'membership', key: 'membership_id' },
          states,
          keepsIds,
          personalData: LooksAtPerson,
        }),
        ...ConsoleModule.features(settings),
      ],
      providers: [{ provide: doorSettings, useValue: settings }, PublicDoor],
    };
  }

  /** What people see, without the transports between services: tests start this much alone. */
  static features(settings: ConsoleSettings) {
    return [
      // First: routes are tried one after the other, and most calls are the contract's.
      GatewayModule,
      ReadModelModule,
      ClientsModule.with(settings),
      SessionsModule.with(settings),
      AdhesionModule,
      GovernanceModule,
      ImportsModule,
      JournalModule,
      LooksModule.with(settings),
      AuditModule,
      SupportModule,
      MembersModule,
    ];
  }
}
