import { Module } from '@nestjs/common';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { EstimateCost } from './estimate-cost.js';
import { MembersModule } from '../members/members.module.js';
import { PricesModule } from '../prices/prices.module.js';
import { EstimatesRpc } from './estimates.rpc.js';
import { ListSeatPrices } from './list-seat-prices.js';
import { ViewYearEnd } from './view-year-end.js';
import { YearEndBooks } from './year-end-books.pg.js';

@Module({
  imports: [InvoicesModule, MembersModule, PricesModule],
  controllers: [EstimatesRpc],
  providers: [EstimateCost, ListSeatPrices, ViewYearEnd, YearEndBooks],
})
export class EstimatesModule {}
