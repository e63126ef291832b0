import { type DynamicModule, Module } from '@nestjs/common';
import { CommandsModule } from '#libs/commands';
import { IdentityModule } from '#libs/identity';
import { MessagingModule } from '#libs/messaging';
import { ObservabilityModule } from '#libs/observability';
import { PersistenceModule } from '#libs/persistence';
import { ProposalsModule } from '#libs/proposals';
import { AccountSidesModule } from './account-sides/account-sides.module.js';
import { AccountsOfPerson, AccountTracesModule } from './account-traces/account-traces.module.js';
import { type ProvisioningSettings, thresholdsOf } from './config.js';
import { consumes, states } from './consumption.js';
import { CopiesModule, MarkWhatFallsDue } from './copies/copies.module.js';
import { DaysToldModule, PendingDaysTold } from './days-told/days-told.module.js';
import { EntModule } from './ent/ent.module.js';
import { EntComparisonModule } from './ent-comparison/ent-comparison.module.js';
import { EntFaultsModule, ForgetRetries } from './ent-faults/ent-faults.module.js';
import { EntFilesModule } from './ent-files/ent-files.module.js';
import { EntPlansModule, ExpirePlans } from './ent-plans/ent-plans.module.js';
import { FedSchoolsModule } from './fed-schools/fed-schools.module.js';
import { keepsIds } from './keeps-ids.js';
import { LettersModule } from './letters/letters.module.js';
import { SeatPricesModule } from './seat-prices/seat-prices.module.js';
import { PendingAccounts, WorkModule } from './work/work.module.js';

/** Each is written down before its call and after it: while some wait for the books, the calls of others are under way. */
const accountsPerCall = 3;

@Module({})
export class ProvisioningModule {
  static with(settings: ProvisioningSettings): DynamicModule {
    return {
      module: ProvisioningModule,
      imports: [
        ObservabilityModule.forService('provisioning', settings.LOG_LEVEL),
        PersistenceModule.forRoot({
          name: 'provisioning',
          databaseUrl: settings.DATABASE_URL,
          poolMax: settings.DATABASE_POOL_MAX,
          sealEverySeconds: settings.SEAL_EVERY_SECONDS,
          anchorFolder: settings.ANCHOR_FOLDER,
        }),
        IdentityModule.forService({
          service: 'provisioning',
          issuer: settings.ISSUER_URL,
          clientSecret: settings.CLIENT_SECRET,
        }),
        MessagingModule.forService({
          service: 'provisioning',
          brokers: settings.KAFKA_BROKERS,
          factKeys: { own: settings.FACT_KEY_FILE, ring: settings.FACT_KEY_RING_FILE },
          databaseUrl: settings.DATABASE_URL,
          calendar: settings.CALENDAR,
          consumes,
          memberships: { table: 'membership', key: 'membership_id' },
          dayHandlers: [MarkWhatFallsDue, ExpirePlans, ForgetRetries],
          pendingWork: [PendingAccounts, PendingDaysTold],
          states,
          keepsIds,
          personalData: AccountsOfPerson,
        }),
        CommandsModule,
        ProposalsModule,
        EntModule.with({
          address: {
            url: settings.ENT_URL,
            login: settings.ENT_LOGIN,
            password: settings.ENT_PASSWORD,
            timeoutMs: settings.ENT_TIMEOUT_MS,
            callsAtOnce: settings.ENT_CONCURRENCY,
          },
          pace: {
            leastPerSecond: Math.min(settings.ENT_RATE_LEAST, settings.ENT_RATE_PER_SECOND),
            mostPerSecond: settings.ENT_RATE_PER_SECOND,
            deletionsPerSecond: settings.ENT_DELETIONS_PER_SECOND,
          },
          purgeDays: settings.ENT_PURGE_DAYS,
          queue: {
            redisUrl: settings.REDIS_URL,
            prefix: settings.REDIS_PREFIX,
            accountsAtOnce: accountsPerCall * settings.ENT_CONCURRENCY,
            isHeld: settings.ENT_WORK === 'held',
          },
        }),
        CopiesModule.with({
          academies: settings.ENT_ACADEMIES,
          feedsEndAt: settings.ENT_FEEDS_END_AT,
        }),
        SeatPricesModule.with({ billingAddress: settings.BILLING_RPC }),
        EntPlansModule.with({
          thresholds: thresholdsOf(settings),
          heldDays: settings.ENT_PLAN_HELD_DAYS,
        }),
        EntFilesModule.with({ least: settings.ENT_FILE_LEAST }),
        AccountSidesModule,
        AccountTracesModule,
        EntComparisonModule,
        EntFaultsModule,
        FedSchoolsModule.with({ academies: settings.ENT_ACADEMIES }),
        DaysToldModule,
        LettersModule.with({ url: settings.ENT_PUBLIC_URL ?? settings.ENT_URL }),
        WorkModule,
      ],
    };
  }
}
