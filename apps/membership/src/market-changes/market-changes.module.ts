import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { MarketsModule } from '../markets/markets.module.js';
import { AmendMarket } from './amend-market.js';
import { PgAmendments } from './amendments.pg-repository.js';
import { Amendments } from './amendments.repository.js';
import { ApplyAmendments } from './apply-amendments.js';
import { FixDate } from './fix-date.js';
import { ImportMarket } from './import-market.js';
import { InvoicedDays } from './invoiced-days.gateway.js';
import { BillingInvoicedDays } from './invoiced-days.grpc-gateway.js';
import { MarketChangesRpc } from './market-changes.rpc.js';
import { PgMarketViews } from './market-views.pg-reader.js';
import { MarketViews } from './market-views.reader.js';
import { ViewMarkets } from './view-markets.js';

export { ApplyAmendments } from './apply-amendments.js';

/** A market over its life: files, versions, dates fixed, amendments (MKT-1, MKT-3, MKT-6). */
@Module({
  imports: [DocumentsModule, MarketsModule, MembershipsModule],
  controllers: [MarketChangesRpc],
  providers: [
    { provide: Amendments, useClass: PgAmendments },
    { provide: InvoicedDays, useClass: BillingInvoicedDays },
    { provide: MarketViews, useClass: PgMarketViews },
    AmendMarket,
    ApplyAmendments,
    FixDate,
    ImportMarket,
    ViewMarkets,
  ],
  exports: [ApplyAmendments],
})
export class MarketChangesModule {}
