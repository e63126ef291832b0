import { type DynamicModule, Module } from '@nestjs/common';
import { AccountChangedConsumer } from './account-changed.consumer.js';
import { AccountFactsSource } from './account-facts-source.gateway.js';
import {
  ProvisioningAddress,
  ProvisioningFactsSource,
} from './account-facts-source.grpc-gateway.js';
import { AccountFacts } from './account-facts.pg.js';
import { Certificates } from './certificates/certificates.pg.js';
import { CertificatesRpc } from './certificates/certificates.rpc.js';
import { CertifiedUsage } from './certificates/certified-usage.pg.js';
import { CertifyUsage } from './certificates/certify-usage.js';
import { ListCertifiedUsage } from './certificates/list-certified-usage.js';
import { TellLateFacts } from './certificates/tell-late-facts.js';
import { UsageCounts } from './certificates/usage-counts.pg.js';
import { ViewCertificates } from './certificates/view-certificates.js';
import { DaysOfPerson } from './days-of-person.js';
import { DaysTold } from './days-told.pg.js';
import { GetOpenAccounts } from './get-open-accounts.js';
import { GetUsage, GetUsageBySchool } from './get-usage.js';
import { ListUsage } from './list-usage.js';
import { MembershipChangedConsumer } from './membership-changed.consumer.js';
import { Memberships } from './memberships.pg.js';
import { PgMeterPositions } from './meter-positions.pg-reader.js';
import { MeterPositions } from './meter-positions.js';
import { OpenAccountsOfDay } from './open-accounts-of-day.pg.js';
import { RecordAccountFacts } from './record-account-facts.js';
import { RecountEachDay } from './recount-each-day.js';
import { RecountScheduler } from './recount.scheduler.js';
import { RecountUsage } from './recount-usage.js';
import { PgUsageReader } from './usage.pg-reader.js';
import { TakeStanding } from './take-standing.js';
import { UsageReader } from './usage.reader.js';
import { UsageRpc } from './usage.rpc.js';

// The door: what is held of a person.
export { DaysOfPerson };

@Module({})
export class UsageModule {
  static with(options: { provisioningAddress: string }): DynamicModule {
    return {
      module: UsageModule,
      controllers: [AccountChangedConsumer, MembershipChangedConsumer, UsageRpc, CertificatesRpc],
      providers: [
        DaysOfPerson,
        RecordAccountFacts,
        AccountFacts,
        DaysTold,
        Memberships,
        Certificates,
        CertifyUsage,
        CertifiedUsage,
        ListCertifiedUsage,
        TellLateFacts,
        UsageCounts,
        ViewCertificates,
        GetOpenAccounts,
        OpenAccountsOfDay,
        GetUsage,
        GetUsageBySchool,
        ListUsage,
        RecountUsage,
        RecountEachDay,
        RecountScheduler,
        TakeStanding,
        { provide: UsageReader, useClass: PgUsageReader },
        { provide: MeterPositions, useClass: PgMeterPositions },
        { provide: AccountFactsSource, useClass: ProvisioningFactsSource },
        {
          provide: ProvisioningAddress,
          useValue: new ProvisioningAddress(options.provisioningAddress),
        },
      ],
    };
  }
}
