import { Module } from '@nestjs/common';
import { ProposalsModule as ProposalsOfService } from '#libs/proposals';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { MembersModule } from '../members/members.module.js';
import { PapersModule } from '../papers/papers.module.js';
import { PricesModule } from '../prices/prices.module.js';
import { SupplierAccountsModule } from '../supplier-accounts/supplier-accounts.module.js';
import { DecideProposal } from './decide-proposal.js';
import { PriceEffects } from './price-effects.js';
import { PriceProposals } from './price-proposals.js';
import { ProposalsRpc } from './proposals.rpc.js';
import { ProposeAccount } from './propose-account.js';
import { ProposeRevision } from './propose-revision.js';
import { ProposePrices } from './propose-prices.js';
import { ShowAgreements } from './show-agreements.js';
import { ViewProposals } from './view-proposals.js';

/** Prices and the supplier's account take two persons; prices are judged by the days that are invoiced too (MKT-6). */
@Module({
  imports: [
    ProposalsOfService,
    MembersModule,
    PricesModule,
    InvoicesModule,
    SupplierAccountsModule,
    PapersModule,
  ],
  controllers: [ProposalsRpc],
  providers: [
    PriceProposals,
    ProposePrices,
    ProposeRevision,
    ProposeAccount,
    DecideProposal,
    ViewProposals,
    ShowAgreements,
    PriceEffects,
  ],
})
export class ProposalsModule {}
