import { Module } from '@nestjs/common';
import { ProposalsModule as ProposalsOfService } from '#libs/proposals';
import { BillingRunsModule } from '../billing-runs/billing-runs.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { MembersModule } from '../members/members.module.js';
import { PricesModule } from '../prices/prices.module.js';
import { SupplierAccountsModule } from '../supplier-accounts/supplier-accounts.module.js';
import { DecideProposal } from './decide-proposal.js';
import { Papers } from './papers.gateway.js';
import { PapersGateway } from './papers.grpc-gateway.js';
import { ProposalsRpc } from './proposals.rpc.js';
import { ProposeAccount } from './propose-account.js';
import { ProposePrices } from './propose-prices.js';
import { ViewProposals } from './view-proposals.js';

/** Prices and the supplier's account take two persons; prices are judged by the days that are invoiced too (MKT-6). */
@Module({
  imports: [
    ProposalsOfService,
    MembersModule,
    PricesModule,
    InvoicesModule,
    SupplierAccountsModule,
    BillingRunsModule,
  ],
  controllers: [ProposalsRpc],
  providers: [
    ProposePrices,
    ProposeAccount,
    DecideProposal,
    ViewProposals,
    { provide: Papers, useClass: PapersGateway },
  ],
})
export class ProposalsModule {}
