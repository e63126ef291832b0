import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { MembershipsModule } from '../adhesion/memberships/memberships.module.js';
import { MarketsModule } from '../contract/markets/markets.module.js';
import { AmendmentProposalsRpc } from './amendment-proposals.rpc.js';
import { Amendments } from './amendments.pg.js';
import { ApplyAmendments } from './apply-amendments.js';
import { DecideAmendment } from './decide-amendment.js';
import { FixDate } from './fix-date.js';
import { ImportMarket } from './import-market.js';
import { InvoicedDays } from './invoiced-days.gateway.js';
import { BillingInvoicedDays } from './invoiced-days.grpc-gateway.js';
import { MarketChangesRpc } from './market-changes.rpc.js';
import { MarketViews } from './market-views.pg.js';
import { PrepareAmendment } from './prepare-amendment.js';
import { ProposeAmendment } from './propose-amendment.js';
import { ViewAmendmentProposals } from './view-amendment-proposals.js';
import { ViewMarkets } from './view-markets.js';

export { ApplyAmendments } from './apply-amendments.js';

/** A market over its life: files, versions, dates fixed, amendments (MKT-1, MKT-3, MKT-6). */
@Module({
  imports: [DocumentsModule, MarketsModule, MembershipsModule],
  controllers: [AmendmentProposalsRpc, MarketChangesRpc],
  providers: [
    Amendments,
    { provide: InvoicedDays, useClass: BillingInvoicedDays },
    MarketViews,
    ApplyAmendments,
    DecideAmendment,
    FixDate,
    ImportMarket,
    PrepareAmendment,
    ProposeAmendment,
    ViewAmendmentProposals,
    ViewMarkets,
  ],
  exports: [ApplyAmendments],
})
export class MarketChangesModule {}
