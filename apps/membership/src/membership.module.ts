import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CommandsModule } from '#libs/commands';
import { IdentityModule } from '#libs/identity';
import { MessagingModule } from '#libs/messaging';
import { ObservabilityModule } from '#libs/observability';
import { PersistenceModule } from '#libs/persistence';
import { ProposalsModule } from '#libs/proposals';
import { consumes, states } from './consumption.js';
import { AuditModule } from './audit/audit.module.js';
import { CommitmentsModule } from './adhesion/commitments/commitments.module.js';
import { CorrectionsModule } from './corrections/corrections.module.js';
import { documentQuotaOf, documentStoreOf, type MembershipSettings } from './config.js';
import { EndingsModule, RemindOfWindow } from './endings/endings.module.js';
import { FiguresModule } from './figures/figures.module.js';
import { GovernanceModule } from './governance/governance.module.js';
import { DocumentsModule, DocumentStoreModule } from './documents/documents.module.js';
import { InvitationsModule } from './adhesion/invitations/invitations.module.js';
import { BillingAddress } from './market-changes/invoiced-days.grpc-gateway.js';
import { ApplyAmendments, MarketChangesModule } from './market-changes/market-changes.module.js';
import { LdapAccessModule, LdapUrl } from './ldap-access/ldap-access.module.js';
import { DAYS_BY_CLOCK, MarketsModule, SCHEDULER_ON } from './contract/markets/markets.module.js';
import { EndMemberships, MembershipsModule } from './adhesion/memberships/memberships.module.js';
import { MembershipTables } from './membership-tables.prisma-client.js';
import { OrderLifeModule } from './orders/order-life.module.js';
import { AnchoredEvidence, AnchoredLedgers, OrdersModule } from './orders/ledger/orders.module.js';
import { ProvisioningAddress } from './seats/seats.grpc-gateway.js';
import { OrganisationsModule } from './organisations/organisations.module.js';
import { SchoolTransfersModule } from './schools/school-transfers/school-transfers.module.js';
import { SchoolsFinancedModule } from './schools/schools-financed/schools-financed.module.js';
import { BeginSuccessions, SuccessionsModule } from './successions/successions.module.js';

@Global()
@Module({})
class SettingsModule {
  static with(settings: MembershipSettings): DynamicModule {
    const { PROVISIONING_RPC: provisioning, BILLING_RPC: billing, LDAP_URL: ldap } = settings;
    const providers = [
      { provide: ProvisioningAddress, useValue: new ProvisioningAddress(provisioning) },
      { provide: BillingAddress, useValue: new BillingAddress(billing) },
      { provide: LdapUrl, useValue: new LdapUrl(ldap) },
      { provide: SCHEDULER_ON, useValue: settings.SCHEDULER === 'on' },
      { provide: DAYS_BY_CLOCK, useValue: settings.CALENDAR === 'clock' },
      MembershipTables,
    ];
    return { module: SettingsModule, providers, exports: providers };
  }
}

/** The membership service: the contract's heart and the owner of the calendar. */
@Module({})
export class MembershipModule {
  static with(settings: MembershipSettings): DynamicModule {
    const service = 'membership';
    const databaseUrl = settings.DATABASE_URL;
    return {
      module: MembershipModule,
      imports: [
        ObservabilityModule.forService(service, settings.LOG_LEVEL),
        PersistenceModule.forRoot({
          databaseUrl,
          poolMax: settings.DATABASE_POOL_MAX,
          sealEverySeconds: settings.SEAL_EVERY_SECONDS,
          anchorFolder: settings.ANCHOR_FOLDER,
          anchoredChains: [AnchoredLedgers, AnchoredEvidence],
          name: service,
        }),
        IdentityModule.forService({
          service,
          issuer: settings.ISSUER_URL,
          clientSecret: settings.CLIENT_SECRET,
        }),
        MessagingModule.forService({
          service,
          brokers: settings.KAFKA_BROKERS,
          factKeys: { own: settings.FACT_KEY_FILE, ring: settings.FACT_KEY_RING_FILE },
          databaseUrl,
          calendar: settings.CALENDAR,
          consumes,
          memberships: { table: 'membership', key: 'id' },
          // Amendments first: a market that is prolonged does not end.
          dayHandlers: [ApplyAmendments, BeginSuccessions, EndMemberships, RemindOfWindow],
          states,
        }),
        CommandsModule,
        ProposalsModule,
        SettingsModule.with(settings),
        AuditModule,
        CommitmentsModule,
        CorrectionsModule,
        DocumentStoreModule.with(documentStoreOf(settings), documentQuotaOf(settings)),
        DocumentsModule,
        EndingsModule,
        FiguresModule,
        GovernanceModule,
        InvitationsModule,
        LdapAccessModule,
        MarketsModule,
        MarketChangesModule,
        MembershipsModule,
        OrderLifeModule,
        OrdersModule,
        OrganisationsModule,
        SchoolsFinancedModule,
        SchoolTransfersModule,
        SuccessionsModule,
      ],
    };
  }
}
