import { Module, type DynamicModule } from '@nestjs/common';
import { CommandsModule } from '#libs/commands';
import { IdentityModule } from '#libs/identity';
import { MessagingModule } from '#libs/messaging';
import { ObservabilityModule } from '#libs/observability';
import { PersistenceModule } from '#libs/persistence';
import type { DirectorySettings } from './config.js';
import { AnnouncementsModule } from './announcements/announcements.module.js';
import { DoublesModule } from './doubles/doubles.module.js';
import { ErasureModule, PendingErasures } from './erasure/erasure.module.js';
import { keepsIds } from './keeps-ids.js';
import { OtherServicesModule } from './other-services/other-services.module.js';
import { PeopleModule } from './people/people.module.js';
import { PersonExportsModule } from './person-exports/person-exports.module.js';
import { PersonViewsModule } from './person-views/person-views.module.js';
import { StaffModule } from './staff/staff.module.js';
import { StructuresModule } from './structures/structures.module.js';
import { states } from './states.js';
import {
  ExpirePlans,
  PendingImports,
  ReadAcademies,
  SynchronisationModule,
} from './synchronisation/synchronisation.module.js';

@Module({})
export class DirectoryModule {
  static with(settings: DirectorySettings): DynamicModule {
    return {
      module: DirectoryModule,
      imports: [
        ObservabilityModule.forService('directory', settings.LOG_LEVEL),
        PersistenceModule.forRoot({
          databaseUrl: settings.DATABASE_URL,
          poolMax: settings.DATABASE_POOL_MAX,
          sealEverySeconds: settings.SEAL_EVERY_SECONDS,
          anchorFolder: settings.ANCHOR_FOLDER,
          name: 'directory',
        }),
        IdentityModule.forService({
          service: 'directory',
          issuer: settings.ISSUER_URL,
          clientSecret: settings.CLIENT_SECRET,
        }),
        MessagingModule.forService({
          service: 'directory',
          brokers: settings.KAFKA_BROKERS,
          factKeys: { own: settings.FACT_KEY_FILE, ring: settings.FACT_KEY_RING_FILE },
          databaseUrl: settings.DATABASE_URL,
          calendar: settings.CALENDAR,
          dayHandlers: [ExpirePlans, ReadAcademies],
          pendingWork: [PendingErasures, PendingImports],
          states,
          keepsIds,
        }),
        CommandsModule,
        StructuresModule,
        AnnouncementsModule,
        PeopleModule,
        DoublesModule,
        ErasureModule.with({ erasureDays: settings.ERASURE_DAYS }),
        OtherServicesModule.with({
          membership: settings.MEMBERSHIP_RPC,
          provisioning: settings.PROVISIONING_RPC,
          metering: settings.METERING_RPC,
          billing: settings.BILLING_RPC,
          console: settings.CONSOLE_RPC,
        }),
        PersonExportsModule,
        PersonViewsModule,
        StaffModule,
        SynchronisationModule.with({
          dropFolder: settings.AAF_DROP_FOLDER,
          dropKeptHours: settings.AAF_DROP_KEPT_HOURS,
          dropLookMs: settings.AAF_DROP_LOOK_SECONDS * 1_000,
          dropStableMs: settings.AAF_DROP_STABLE_SECONDS * 1_000,
          uploadBytesMax: settings.IMPORT_UPLOAD_MB * 1_000_000,
          thresholds: {
            percent: settings.IMPORT_BRAKE_PERCENT,
            least: settings.IMPORT_BRAKE_LEAST,
            seasons: settings.IMPORT_SEASONS,
          },
          heldDays: settings.IMPORT_HELD_DAYS,
          batchPeople: settings.IMPORT_BATCH_PEOPLE,
          ineKey: settings.INE_HASH_KEY,
          ldapSettings: settings.LDAP_SETTINGS_FOLDER,
          ldapFullEveryDays: settings.LDAP_FULL_EVERY_DAYS,
        }),
      ],
    };
  }
}
