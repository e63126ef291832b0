import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CommandsModule } from '#libs/commands';
import { IdentityModule } from '#libs/identity';
import { MessagingModule } from '#libs/messaging';
import { ObservabilityModule } from '#libs/observability';
import { PersistenceModule } from '#libs/persistence';
import { consumes, states } from './consumption.js';
import {
  BeginRunsByCalendar,
  BilledByCalendar,
  BillingRunsModule,
  PendingRuns,
} from './billing-runs/billing-runs.module.js';
import { CopyWait } from './billing-runs/wait-for-copy.js';
import { DraftedTogether } from './billing-runs/work-off-runs.js';
import type { BillingSettings } from './config.js';
import { MembershipAddress } from './membership-address.js';
import { Circuits } from './invoices/document/circuits.js';
import { UsageWait } from './invoices/drafts/collect-usage.js';
import { EstimatesModule } from './estimates/estimates.module.js';
import { AnchoredDocuments, InvoicesModule, PendingNumbering } from './invoices/invoices.module.js';
import { PrintingThreadCount } from './invoices/printing/printing-threads.js';
import { MeteringAddress } from './invoices/drafts/usage.grpc-gateway.js';
import { MembersModule } from './members/members.module.js';
import { ProposalsModule } from './proposals/proposals.module.js';
import { SalesJournalModule } from './sales-journal/sales-journal.module.js';
import { RemindOfTerms, TermsModule } from './terms/terms.module.js';
import { UsageAlarmsModule } from './usage-alarms/usage-alarms.module.js';

@Global()
@Module({})
class SettingsModule {
  static with(settings: BillingSettings): DynamicModule {
    const values = [
      new MembershipAddress(settings.MEMBERSHIP_RPC),
      new MeteringAddress(settings.METERING_RPC),
      new CopyWait(settings.COPY_WAIT_MS),
      new UsageWait(settings.METERING_WAIT_MS),
      new DraftedTogether(settings.DRAFTED_TOGETHER),
      new BilledByCalendar(settings.BILLED_BY_CALENDAR),
      new Circuits(settings.PLATFORM_FROM),
      new PrintingThreadCount(settings.PRINTING_THREADS),
    ];
    return {
      module: SettingsModule,
      providers: values.map((value) => ({ provide: value.constructor, useValue: value })),
      exports: values.map((value) => value.constructor),
    };
  }
}

@Module({})
export class BillingModule {
  static with(settings: BillingSettings): DynamicModule {
    return {
      module: BillingModule,
      imports: [
        ObservabilityModule.forService('billing', settings.LOG_LEVEL),
        PersistenceModule.forRoot({
          name: 'billing',
          databaseUrl: settings.DATABASE_URL,
          poolMax: settings.DATABASE_POOL_MAX,
          sealEverySeconds: settings.SEAL_EVERY_SECONDS,
          anchorFolder: settings.ANCHOR_FOLDER,
          anchoredChains: [AnchoredDocuments],
        }),
        IdentityModule.forService({
          service: 'billing',
          issuer: settings.ISSUER_URL,
          clientSecret: settings.CLIENT_SECRET,
        }),
        MessagingModule.forService({
          service: 'billing',
          brokers: settings.KAFKA_BROKERS,
          factKeys: { own: settings.FACT_KEY_FILE, ring: settings.FACT_KEY_RING_FILE },
          databaseUrl: settings.DATABASE_URL,
          calendar: settings.CALENDAR,
          consumes,
          states,
          memberships: { table: 'membership', key: 'membership_id' },
          dayHandlers: [BeginRunsByCalendar, RemindOfTerms],
          pendingWork: [PendingNumbering, PendingRuns],
        }),
        CommandsModule,
        SettingsModule.with(settings),
        MembersModule,
        InvoicesModule,
        ProposalsModule,
        BillingRunsModule,
        EstimatesModule,
        SalesJournalModule,
        TermsModule,
        UsageAlarmsModule,
      ],
    };
  }
}
